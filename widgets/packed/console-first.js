import{d as a,e as b,f as c}from"./console-KRTBWYOA.js";export{b as desk,c as named,a as storage};
