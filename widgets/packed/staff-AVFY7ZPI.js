import{a,b}from"./staff-OTF4DEIG.js";import"./staff-LZZNROI3.js";import"./staff-DUXVXVN4.js";export{b as TicketLetters,a as ofTickets};
