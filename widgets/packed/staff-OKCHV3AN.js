import{a,b,c}from"./staff-YUDC7LXM.js";import"./staff-3JNB7DZD.js";import"./staff-LZZNROI3.js";import"./staff-DUXVXVN4.js";export{c as CustomerTickets,a as SHOWN,b as grouped};
