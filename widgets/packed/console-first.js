import{a,b,c}from"./staff-XQCMM4AW.js";import"./staff-RAUO3FBB.js";import"./staff-GBSKUMCM.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
