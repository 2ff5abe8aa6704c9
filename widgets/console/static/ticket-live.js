/**
 * Follows a ticket over the page's connection: what is written, changed and removed, who has it open, what was read.
 *
 * @import { DeskClient } from '../shared/client/desk.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { following } from '../shared/client/ticket-follows.js';

/**
 * @param {TicketWork} work whose ticket was read @param {DeskClient} desk
 * @param {{attends: () => boolean, connected?: () => void}} options `attends`: somebody looks at the page
 */
export function followTicket(work, desk, { attends, connected = () => {} }) {
  const { number } = work;
  let read = 0;
  const mark = () => {
    const upto = work.lastSeq;
    if (!work.ticket || upto <= read || !attends()) return;
    read = upto;
    desk.cast('ticket.read', { ticket: number, upto });
  };
  desk.on('ticket', (frame) => {
    if (frame.ticket === number) work.hear(frame);
  });
  desk.on('news', (frame) => {
    if (frame.ticket !== number) return;
    if (frame.type === 'ticket.changed') work.altered(frame);
    else if (frame.type === 'ticket.presence') work.beside(frame.staff);
    else if (frame.type === 'ticket.gone') work.lose();
  });
  // The desk was restored: what is shown may never have been.
  desk.on('ticketReset', (ticket) => {
    if (ticket === number) work.load();
  });
  desk.on('hello', () => {
    // Marks and presence belong to the connection.
    read = 0;
    work.beside([]);
    // Properties that were changed meanwhile are not sent again.
    work.catchUp();
    connected();
  });
  work.addEventListener('change', mark);
  addEventListener('focus', mark);
  document.addEventListener('visibilitychange', mark);
  following(desk).follow(number, work.lastSeq);
}
