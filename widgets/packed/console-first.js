import{a,b,c}from"./staff-D6MFPJML.js";import"./staff-MDUPHJX5.js";import"./staff-EDGID7ST.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
