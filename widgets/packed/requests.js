import{b as r}from"./portal-XT66KYYP.js";import"./portal-7GOKUXUN.js";r(t=>history.replaceState(null,"",t));
