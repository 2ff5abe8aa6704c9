import{d as a,e as b,f as c}from"./console-MY2H2CUN.js";export{b as desk,c as named,a as storage};
