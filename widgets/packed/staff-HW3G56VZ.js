import{a,b,c,d}from"./staff-SAYYPX3O.js";import"./staff-LONZ3UDD.js";export{b as EarlyText,c as arrives,d as enters,a as textAfter};
