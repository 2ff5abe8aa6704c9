import{a,b,c}from"./staff-B4NAQA5N.js";import"./staff-3JNB7DZD.js";import"./staff-I2ATAASI.js";import"./staff-DUXVXVN4.js";export{c as CustomerTickets,a as SHOWN,b as grouped};
