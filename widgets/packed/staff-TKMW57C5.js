import{a,b}from"./staff-UKHUTTHZ.js";import"./staff-INDGEBUV.js";import"./staff-DUXVXVN4.js";export{b as TicketLetters,a as ofTickets};
