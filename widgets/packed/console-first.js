import{c as a,d as b,e as c}from"./console-34WLF3XU.js";export{b as desk,c as named,a as storage};
