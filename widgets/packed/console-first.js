import{c as a,d as b,e as c}from"./console-ICFI4U62.js";export{b as desk,c as named,a as storage};
