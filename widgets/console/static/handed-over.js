/**
 * Loads what shows the hand-overs of a ticket, once the ticket was handed over.
 *
 * @import { Ticket } from '../shared/types.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { lazily } from '../shared/client/lazily.js';

const CODE = 'enhancement_required';

/** @param {Ticket|null} ticket */
export const wasHandedOver = (ticket) =>
  ticket?.resolution === CODE || !!ticket?.history?.some(({ from, to }) => from === CODE || to === CODE);

/** @param {TicketWork} work @param {{handovers: unknown}} log */
export function showsHandovers(work, log) {
  let asked = false;
  work.addEventListener('change', async () => {
    if (asked || !wasHandedOver(work.ticket)) return;
    asked = true;
    try {
      const { shown } = await lazily(() => import('./handover-lines.js'));
      log.handovers = shown(work);
    } catch {
      // The next change of the ticket tries again.
      asked = false;
    }
  });
}
