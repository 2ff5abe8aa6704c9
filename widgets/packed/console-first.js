import{a,b,c}from"./staff-7DMWVMMI.js";import"./staff-4V7B7WOZ.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
