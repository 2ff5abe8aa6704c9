import{c as a,d as b,e as c}from"./console-FU34QDA7.js";export{b as desk,c as named,a as storage};
