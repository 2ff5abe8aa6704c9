import{d as a,e as b,f as c}from"./console-VWCYG46A.js";export{b as desk,c as named,a as storage};
