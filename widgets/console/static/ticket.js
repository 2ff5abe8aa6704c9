/** One ticket: puts its parts together. */

import '../shared/bar.js';
import { pageData, the } from '../shared/dom.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { ask } from '../shared/http.js';
import { lazily } from '../shared/client/lazily.js';
import { staffVocabulary } from './staff-vocabulary.js';
import { NO_FILES } from './attaching.js';
import './ticket-composer.js';
import './ticket-head.js';
import './ticket-log.js';
import './ticket-properties.js';
import { keysOf } from './ticket-keys.js';
import { WITH_REPLY } from './properties.js';
import { opensAtNews } from './ticket-opening.js';
import { TicketWork } from './ticket-work.js';
import { attends } from './page-alerts.js';
import { SendAs } from './send-as.js';
import { watchChats } from './watch-chats.js';

/** The column of properties is shown after this time at the latest. */
const COMPLETE_MS = 1_500;
const PARTS = ['head-part', 'log-part', 'composer-part', 'properties-part', 'people-part', 'history-part'];

const page = pageData();
const desk = watchChats(page.me, { page: 'ticket', does: keysOf(page.number, page.me.id, () => work) });
const storage = localStore();
const limits = () => desk.hello?.limits?.files ?? NO_FILES;
const work = new TicketWork({
  ask,
  number: page.number,
  me: page.me,
  words: staffVocabulary(page),
  drafts: new Drafts(`ticket.${page.me.id}`, storage),
  sendAs: new SendAs(page.me.id, storage),
  limits,
});
the('composer-part').limits = limits;
the('composer-part').tells = (/** @type {boolean} */ on) => desk.cast('ticket.writing', { ticket: page.number, on });
const mail = lazily(() => import('./ticket-letters.js')).then(
  ({ TicketLetters }) => {
    const letters = new TicketLetters({ ask, number: page.number });
    for (const part of ['log-part', 'composer-part']) the(part).letters = letters;
    letters.follow(work);
    return letters;
  },
  () => null,
);
for (const part of PARTS) the(part).work = work;

// The parts of this column come together, so that none pushes another one down.
let complete = false;
const completed = () => {
  complete = true;
  work.redraw();
};
work.addEventListener('change', () => {
  the('props').hidden = !work.ticket || !complete;
  the('seen').textContent = work.said;
});
// The focus stays where somebody writes.
const elsewhere = () =>
  document.activeElement?.matches('input, textarea, select, #compose *') &&
  !the('props').contains(document.activeElement);
work.addEventListener('faulty', () => elsewhere() || the('properties-part').focusFaulty());
work.addEventListener('leave', (event) => event instanceof CustomEvent && location.assign(event.detail));

lazily(() => import('./ticket-extras.js'))
  .then(
    ({ completes }) => completes(work, mail, desk),
    () => {},
  )
  .finally(completed);
setTimeout(completed, COMPLETE_MS);

addEventListener('beforeunload', (event) => {
  if (work.changed.some((name) => !(work.leaving && WITH_REPLY.includes(name)))) event.preventDefault();
});
await work.load();
await the('log-part').updateComplete;
if (work.ticket) opensAtNews(the('scroller'), the('log'));
// A page that is open shows the ticket first, and then what happens on it.
if (work.ticket)
  lazily(() => import('./ticket-live.js')).then(
    ({ followTicket }) => followTicket(work, desk, { attends, connected: () => the('composer-part').connected() }),
    () => {},
  );
