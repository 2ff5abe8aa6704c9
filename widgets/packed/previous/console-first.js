import{a,b,c}from"./staff-ECURISP7.js";import"./staff-WVQOU4HU.js";import"./staff-AHHMV2OZ.js";export{b as desk,c as named,a as storage};
