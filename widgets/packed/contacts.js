import"./portal-7GOKUXUN.js";
