import{c as a,d as b,e as c}from"./console-7Q3WLYIQ.js";export{b as desk,c as named,a as storage};
