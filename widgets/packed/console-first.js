import{a,b,c}from"./staff-P3JDZ6KU.js";import"./staff-RYBRZSFP.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
