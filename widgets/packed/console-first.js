import{c as a,d as b,e as c}from"./console-E3J3OXUV.js";export{b as desk,c as named,a as storage};
