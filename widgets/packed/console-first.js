import{a,b,c}from"./staff-R6OZE75I.js";import"./staff-NU2TZN6P.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
