import{a,b,c}from"./staff-EC5BRV7N.js";import"./staff-NB2RZHUY.js";import"./staff-EDGID7ST.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
