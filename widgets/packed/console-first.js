import{a,b,c}from"./staff-GX7D2NXQ.js";import"./staff-NQKUTLYL.js";import"./staff-AA3S4JDD.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
