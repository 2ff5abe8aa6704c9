import{a,b,c}from"./staff-ZYE4GHG5.js";import"./staff-HGCVXVM4.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
