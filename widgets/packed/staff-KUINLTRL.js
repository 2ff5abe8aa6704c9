import{a,b}from"./staff-7LUE25HV.js";import"./staff-LZZNROI3.js";import"./staff-DUXVXVN4.js";export{b as TicketLetters,a as ofTickets};
