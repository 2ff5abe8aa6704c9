import{c as a,d as b,e as c}from"./console-MM2PAQ64.js";export{b as desk,c as named,a as storage};
