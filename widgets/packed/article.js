import"./portal-6LQDZHFO.js";import"./portal-S4CHFB7W.js";import"./portal-E4SX2ZYD.js";import"./portal-RZQPA7ZY.js";import"./portal-WH7WZYRZ.js";
