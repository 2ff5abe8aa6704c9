import{a,b,c}from"./staff-4KOLQMTP.js";import"./staff-HRR6S5DB.js";import"./staff-AA3S4JDD.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
