import{a,b,c}from"./staff-66XWG6B7.js";import"./staff-QYCMGZT6.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
