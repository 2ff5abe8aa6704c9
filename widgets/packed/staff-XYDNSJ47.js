import"./staff-MV7KLC7O.js";import"./staff-I2ATAASI.js";import"./staff-JYFOYJHU.js";import"./staff-DUXVXVN4.js";
