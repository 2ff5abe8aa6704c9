import{a,b,c}from"./staff-NHV7R55X.js";import"./staff-52ONWFKB.js";import"./staff-LEJTUEXQ.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
