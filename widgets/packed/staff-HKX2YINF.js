import{a as o}from"./staff-6DZRAHUT.js";var r=class extends o{};export{r as a};
