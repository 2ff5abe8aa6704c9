import{d as o,f as r}from"./portal-V2XVBHXA.js";import"./portal-2GWQKJSG.js";import"./portal-RZQPA7ZY.js";import"./portal-URNQNB7Y.js";o(document,r());
