import{a,b}from"./staff-DP6LD7F3.js";import"./staff-I2ATAASI.js";import"./staff-DUXVXVN4.js";export{b as TicketLetters,a as ofTickets};
