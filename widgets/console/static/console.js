/**
 * The agent's console: own chats and the queue, the conversation, the customer.
 */

import '../shared/bar.js';
import { openDesk } from '../shared/client/desk.js';
import { pageData, say, the } from '../shared/dom.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { vocabulary } from '../shared/vocabulary.js';
import './about.js';
import './banners.js';
import './chat-list.js';
import './close.js';
import './composer.js';
import './conversation.js';
import { Logs } from './logs.js';
import './queue-list.js';
import './status-menu.js';
import { Work } from './work.js';

const TICK_MS = 1_000;
/** List and conversation have to take turns on the screen. */
const ALONE = matchMedia('(max-width: 71.99rem)');

const page = pageData();
const words = vocabulary(page);
const storage = localStore();
const desk = openDesk({ role: 'staff', url: '/ws/staff', scope: `staff.${page.me.id}`, storage, hello: () => ({}) });
const work = new Work({
  desk, me: page.me, drafts: new Drafts(page.me.id, storage),
  attends: () => document.visibilityState === 'visible' && document.hasFocus(),
});

Object.assign(the('talk-part'), { words, logs: new Logs(work, words), work });
Object.assign(the('about-part'), { words, work });
Object.assign(the('close-part'), { words, work });
for (const part of ['banners-part', 'list-part', 'queues-part', 'status-part']) the(part).work = work;

const looked = () => work.look(new URLSearchParams(location.hash.slice(1)).get('chat'));
addEventListener('hashchange', looked);
looked();

/** @param {string} name @param {(detail: string) => void} act */
const on = (name, act) => work.addEventListener(name, (event) => act(event instanceof CustomEvent ? event.detail : ''));
on('go', (chat) => { location.hash = chat ? `chat=${chat}` : ''; });
on('assigned', (chat) => { if (work.chosen === null && !ALONE.matches) work.go(chat); });
on('close', () => the('close-part').open());
on('change', () => {
  const { unread, count } = work.chats;
  document.title = `${unread ? `(${unread}) ` : ''}Chats · Switchboard`;
  say(the('chat-count'), count ? String(count) : '');
});

addEventListener('focus', () => work.redraw());
document.addEventListener('visibilitychange', () => work.redraw());
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  if (work.aboutOpen) work.showAbout(false);
  else if (document.activeElement instanceof HTMLTextAreaElement) document.activeElement.blur();
});
setInterval(() => work.redraw(), TICK_MS);
desk.start();
