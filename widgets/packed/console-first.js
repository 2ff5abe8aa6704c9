import{a,b,c}from"./staff-NRFSFSTD.js";import"./staff-ZRAWV2RX.js";import"./staff-DRTAACNI.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
