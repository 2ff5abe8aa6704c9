import{d as o,f as r}from"./portal-V2XVBHXA.js";import"./portal-2GWQKJSG.js";import"./portal-RZQPA7ZY.js";import"./portal-MMJIXMS3.js";o(document,r());
