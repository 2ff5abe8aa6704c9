import{a,b,c}from"./staff-3VZN6MOC.js";import"./staff-H5TGFUXM.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
