import{c as a,d as b,e as c}from"./console-26RCPDNF.js";export{b as desk,c as named,a as storage};
