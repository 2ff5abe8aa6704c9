import{a,b,c}from"./staff-T64VTP5K.js";import"./staff-FBPJHDZH.js";import"./staff-LEJTUEXQ.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
