import"./portal-URNQNB7Y.js";
