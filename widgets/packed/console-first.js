import{d as a,e as b,f as c}from"./console-R5YEHSC2.js";export{b as desk,c as named,a as storage};
