import{c as a,d as b,e as c}from"./console-U4QJXEQG.js";export{b as desk,c as named,a as storage};
