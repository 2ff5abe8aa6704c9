import{a,b,c}from"./staff-CFGAGWLP.js";import"./staff-NNABBHHZ.js";import"./staff-LEJTUEXQ.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
