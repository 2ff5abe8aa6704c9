import"./staff-3JOJ5YI6.js";import"./staff-DV35KIIJ.js";import"./staff-424MMBG2.js";import"./staff-RWLBEDSJ.js";import"./staff-N7J4TNK5.js";import"./staff-JL2654LN.js";import"./staff-I7LQNUU3.js";
