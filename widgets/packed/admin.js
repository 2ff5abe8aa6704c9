import"./staff-7V66MHZC.js";import"./staff-4GM5RM67.js";import"./staff-I2ATAASI.js";import"./staff-JYFOYJHU.js";import"./staff-DUXVXVN4.js";
