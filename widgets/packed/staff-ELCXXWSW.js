import{a,b}from"./staff-A6DXHE5C.js";import"./staff-TNFU47MT.js";import"./staff-DUXVXVN4.js";export{b as TicketLetters,a as ofTickets};
