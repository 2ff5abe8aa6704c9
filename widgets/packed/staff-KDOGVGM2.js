import{a,b}from"./staff-GSVZ7TKO.js";import"./staff-RN6QYAUI.js";import"./staff-DUXVXVN4.js";export{b as TicketLetters,a as ofTickets};
