import{a,b,c}from"./staff-CQS6AVT7.js";import"./staff-ZCXEFPCP.js";import"./staff-AA3S4JDD.js";import"./staff-AHHMV2OZ.js";import"./staff-3O4U557S.js";export{b as desk,c as named,a as storage};
