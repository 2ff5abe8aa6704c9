import{c as a,d as b,e as c}from"./console-TACCZ7DF.js";export{b as desk,c as named,a as storage};
