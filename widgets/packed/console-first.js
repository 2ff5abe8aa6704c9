import{a,b,c}from"./staff-GP5P3BGG.js";import"./staff-DHNRCW54.js";import"./staff-DRTAACNI.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
