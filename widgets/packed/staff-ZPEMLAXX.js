import{a,b,c}from"./staff-CF6P6CAQ.js";import"./staff-3JNB7DZD.js";import"./staff-INDGEBUV.js";import"./staff-DUXVXVN4.js";export{c as CustomerTickets,a as SHOWN,b as grouped};
