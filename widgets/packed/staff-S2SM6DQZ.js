import{a,b,c}from"./staff-MPWVMHBJ.js";import"./staff-Z6ISSVHI.js";import"./staff-AA3S4JDD.js";export{b as formats,c as opensAids,a as rewrite};
