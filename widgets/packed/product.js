import"./portal-OPRKUMQA.js";import"./portal-7GOKUXUN.js";
