import{a,b,c}from"./staff-QEVDPHNU.js";import"./staff-3JNB7DZD.js";import"./staff-TNFU47MT.js";import"./staff-DUXVXVN4.js";export{c as CustomerTickets,a as SHOWN,b as grouped};
