import"./portal-OPRKUMQA.js";import"./portal-WH7WZYRZ.js";
