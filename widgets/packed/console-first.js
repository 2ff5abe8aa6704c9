import{a,b,c}from"./staff-7FMNJTII.js";import"./staff-TM5YAA4D.js";import"./staff-D2JBW4TF.js";export{b as desk,c as named,a as storage};
