/** Parts of the ticket page that nobody misses in its first second. */

import { the } from '../shared/dom.js';
import './assist-in-ticket.js';
import './canned-in-ticket.js';
import './mentions-in-ticket.js';
import './ticket-back.js';
import { commandsOfTicket } from './ticket-commands.js';
import { showsCustomer } from './ticket-customer.js';
import './ticket-followers.js';
import { linksIncidents } from './ticket-incident.js';
import './ticket-issues.js';
import { sortsTicket } from './ticket-merge.js';
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
  repliesByKeys(the('composer-part'), work);
  commandsOfTicket(work, undoing(work, the('composer-part')));
  showsCustomer(the('people-part'), work);
}
