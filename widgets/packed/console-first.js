import{a,b,c}from"./staff-D3SG2M7V.js";import"./staff-MJ6KMQGP.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
