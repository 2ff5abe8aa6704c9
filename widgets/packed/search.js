import"./portal-H5VFVQOG.js";import"./portal-E4SX2ZYD.js";import"./portal-RZQPA7ZY.js";import"./portal-MMJIXMS3.js";
