/** One ticket: puts its parts together. */

import '../shared/bar.js';
import { committed } from '../shared/committing.js';
import { pageData, the } from '../shared/dom.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { ask } from '../shared/http.js';
import { RemoveDialog } from '../shared/remove.js';
import { vocabulary } from '../shared/vocabulary.js';
import { staysAtEnd } from './keep-at-end.js';
import './ticket-composer.js';
import './ticket-facts.js';
import './ticket-head.js';
import './ticket-log.js';
import './ticket-properties.js';
import { walkFrom } from './ticket-walk.js';
import { TicketWork } from './ticket-work.js';
import { watchChats } from './watch-chats.js';

const PARTS = ['head-part', 'log-part', 'composer-part', 'properties-part', 'people-part', 'history-part'];

const page = pageData();
const desk = watchChats(page.me);
const work = new TicketWork({
  ask,
  number: page.number,
  me: page.me,
  words: vocabulary(page),
  drafts: new Drafts(`ticket.${page.me.id}`, localStore()),
});
const removing = new RemoveDialog(async (fields) => {
  await committed(desk, 'message.redact', fields);
  await work.refresh();
});

the('log-part').removes = (/** @type {import('../shared/story.js').Item} */ item) => removing.ask(item);
for (const part of PARTS) the(part).work = work;

work.addEventListener('change', () => {
  the('props').hidden = work.ticket === null;
});
work.addEventListener('faulty', () => the('properties-part').focusFaulty());
work.addEventListener('leave', (event) => event instanceof CustomEvent && location.assign(event.detail));
work.addEventListener('sent', async () => {
  await the('log-part').updateComplete;
  the('scroller').scrollTop = the('scroller').scrollHeight;
});

// A reader's scroll position stays.
staysAtEnd(the('scroller'), () => the('composer-part').active);
walkFrom(the('walk'), page.number);

// From the list, "back" returns to the same view.
if (document.referrer.startsWith(`${location.origin}/tickets`) && new URL(document.referrer).pathname === '/tickets')
  the('back').href = document.referrer;
addEventListener('beforeunload', (event) => {
  if (work.changed.length) event.preventDefault();
});
work.load();
