import{a as o,c as r}from"./portal-DO5OEHNA.js";import"./portal-2GWQKJSG.js";import"./portal-RZQPA7ZY.js";import"./portal-MMJIXMS3.js";o(document,r());
