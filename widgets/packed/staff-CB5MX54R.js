import{a as o}from"./staff-WONVJ6OK.js";var r=class extends o{};export{r as a};
