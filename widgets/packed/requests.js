import{b as r}from"./portal-XT66KYYP.js";import"./portal-MMJIXMS3.js";r(t=>history.replaceState(null,"",t));
