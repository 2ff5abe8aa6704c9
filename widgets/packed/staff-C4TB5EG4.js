import{a,b,c,d}from"./staff-QZVZZ6WM.js";import"./staff-LONZ3UDD.js";export{b as EarlyText,c as arrives,d as enters,a as textAfter};
