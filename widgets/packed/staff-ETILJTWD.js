import{a,b,c}from"./staff-BW4RDZUY.js";import"./staff-3JNB7DZD.js";import"./staff-RN6QYAUI.js";import"./staff-DUXVXVN4.js";export{c as CustomerTickets,a as SHOWN,b as grouped};
