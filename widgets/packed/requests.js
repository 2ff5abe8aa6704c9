import{b as r}from"./portal-XT66KYYP.js";import"./portal-URNQNB7Y.js";r(t=>history.replaceState(null,"",t));
