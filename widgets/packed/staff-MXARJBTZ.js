import"./staff-V7U7A2B5.js";import"./staff-3NGA7OAH.js";import"./staff-424MMBG2.js";import"./staff-RWLBEDSJ.js";import"./staff-FF7GWXG5.js";import"./staff-FFBXIDTY.js";import"./staff-I4GDJ3AB.js";
