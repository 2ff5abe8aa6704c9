import{a,b,c}from"./staff-QYAH4RRC.js";import"./staff-WQS4YDI3.js";import"./staff-DRTAACNI.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
