import{a,b,c}from"./staff-AVZ2Y3I2.js";import"./staff-VFUCSBV4.js";export{b as desk,c as named,a as storage};
