/** Parts of the ticket page that nobody misses in its first second. */

import { committed } from '../shared/committing.js';
import { the } from '../shared/dom.js';
import './assist-in-ticket.js';
import './canned-in-ticket.js';
import { HeldReply } from './held-reply.js';
import { isAtEnd, staysAtEnd } from './keep-at-end.js';
import './mentions-in-ticket.js';
import { dialogStyle } from './dialog-style.js';
import './ticket-back.js';
import { fieldsOfDesk } from './custom-fields.js';
import { showsHandovers } from './handed-over.js';
import { leadsToFirst } from './first-message.js';
import { showsMerged } from './merged-in.js';
import { commandsOfTicket } from './ticket-commands.js';
import { showsCustomer } from './ticket-customer.js';
import './ticket-facts.js';
import './ticket-followers.js';
import { goneWords } from './ticket-gone.js';
import { linksIncidents } from './ticket-incident.js';
import './ticket-issues.js';
import { sortsTicket } from './ticket-merge.js';
import { asksForNeeds } from './ticket-needs.js';
import { opensPdfs } from './pdf-links.js';
import { remover } from './removing.js';
import { repliesByKeys } from './ticket-reply-keys.js';
import { choosesTraining } from './ticket-training.js';
import { holdsReplies } from './ticket-undo-send.js';
import { walkFrom } from './ticket-walk.js';
import './writing-aids.js';
import { undoing } from './undo-line.js';

/** @param {import('./ticket-work.js').TicketWork} work @param {Promise<import('./ticket-letters.js').TicketLetters|null>} mail @param {import('../shared/client/desk.js').DeskClient} desk @returns {Promise<unknown>} once all that takes a place is drawn; never rejects */
export function completes(work, mail, desk) {
  const complete = Promise.allSettled([fieldsOfDesk(), dialogStyle()]);
  mail.then((letters) => {
    if (letters) the('people-part').letters = letters;
  });
  the('log-part').gone = goneWords;
  the('log-part').removes = remover(async ({ chat, ...said }) => {
    if (chat) {
      await committed(desk, 'message.redact', { chat, ...said });
      await work.refresh();
    } else await work.remove(said);
  });
  walkFrom(the('walk'), work.number, work);
  followsEnd(work);
  showsMerged(work, the('log-part'));
  showsHandovers(work, the('log-part'));
  leadsToFirst(the('scroller'));
  opensPdfs();
  linksIncidents(the('history-part'), work);
  choosesTraining(the('properties-part'), work);
  sortsTicket(the('properties-part'), work);
  const composer = the('composer-part');
  composer.holds = new HeldReply(composer);
  const [needs, held] = [asksForNeeds(work), holdsReplies(work)];
  composer.needs = () => [needs(), held()];
  repliesByKeys(composer, work);
  commandsOfTicket(work, undoing(work, composer));
  showsCustomer(the('people-part'), work);
  return complete;
}

/** A reader's scroll position stays. Whoever is at the end stays there, and sees what they wrote. @param {import('./ticket-work.js').TicketWork} work */
function followsEnd(work) {
  const toEnd = async () => {
    await the('log-part').updateComplete;
    the('scroller').scrollTop = the('scroller').scrollHeight;
  };
  work.addEventListener('sent', toEnd);
  work.addEventListener('heard', () => isAtEnd(the('scroller')) && toEnd());
  staysAtEnd(the('scroller'), () => the('composer-part').active);
}
