import"./portal-WH7WZYRZ.js";
