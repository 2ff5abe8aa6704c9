/**
 * Where the draft of a reply is kept.
 *
 * @import { Chat } from './chat.js'
 */

/** The key of a ticket's. @param {number|null} ticket */
export const draftOfTicket = (ticket) => `ticket-${ticket}`;

/** Its key. A text that was not sent when the chat ended stays in the box. @param {Chat} chat */
export const draftOf = (chat) => (chat.view === 'talk' ? (chat.visit.chat ?? '') : draftOfTicket(chat.ticketShown));
