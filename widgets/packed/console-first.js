import{a,b,c}from"./staff-PMHDTVNC.js";import"./staff-TX3CGEJ5.js";import"./staff-DRTAACNI.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
