import{a,b,c}from"./staff-CVC6BQTQ.js";import"./staff-7AJ57NTD.js";import"./staff-GBSKUMCM.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
