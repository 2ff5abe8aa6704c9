/** Parts of the ticket page that nobody misses in its first second. */

import { the } from '../shared/dom.js';
import './assist-in-ticket.js';
import './canned-in-ticket.js';
import { HeldReply } from './held-reply.js';
import './mentions-in-ticket.js';
import './ticket-back.js';
import { commandsOfTicket } from './ticket-commands.js';
import { showsCustomer } from './ticket-customer.js';
import './ticket-followers.js';
import { linksIncidents } from './ticket-incident.js';
import './ticket-issues.js';
import { sortsTicket } from './ticket-merge.js';
import { asksForNeeds } from './ticket-needs.js';
import { opensPdfs } from './pdf-links.js';
import { repliesByKeys } from './ticket-reply-keys.js';
import { choosesTraining } from './ticket-training.js';
import { walkFrom } from './ticket-walk.js';
import { undoing } from './undo-line.js';

/** @param {import('./ticket-work.js').TicketWork} work */
export function completes(work) {
  walkFrom(the('walk'), work.number, work);
  opensPdfs();
  linksIncidents(the('history-part'), work);
  choosesTraining(the('properties-part'), work);
  sortsTicket(the('properties-part'), work);
  const composer = the('composer-part');
  composer.holds = new HeldReply(composer);
  asksForNeeds(composer, work);
  repliesByKeys(composer, work);
  commandsOfTicket(work, undoing(work, composer));
  showsCustomer(the('people-part'), work);
}
