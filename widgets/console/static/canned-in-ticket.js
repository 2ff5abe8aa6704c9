/** Canned replies on the ticket page. */

import { pageData, the } from '../shared/dom.js';
import { offerReplies } from './canned-menu.js';

const { me } = pageData();

offerReplies(() => {
  const work = /** @type {import('./ticket-work.js').TicketWork} */ (the('composer-part').work);
  const { ticket } = work;
  return {
    teamName: (key) => work.teamName(key),
    place: {
      customer: ticket?.requester?.name ?? null,
      agent: me.name,
      team: ticket ? work.teamName(ticket.team) : '',
      ticket: ticket?.number ?? null,
      locale: null,
    },
  };
});
