import{b as r}from"./portal-XT66KYYP.js";import"./portal-WH7WZYRZ.js";r(t=>history.replaceState(null,"",t));
