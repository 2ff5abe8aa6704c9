import"./portal-MMJIXMS3.js";
