/** The console page: puts its parts together, and connects them with keys and alerts. */

import '../shared/bar.js';
import { lazily } from '../shared/client/lazily.js';
import { pageData, say, the } from '../shared/dom.js';
import { Drafts } from '../shared/drafts.js';
import './about.js';
import './alarm-list.js';
import './banners.js';
import './chat-list.js';
import './composer.js';
import './conversation.js';
import { staffVocabulary } from './staff-vocabulary.js';
import { Dialogs } from './dialog-loader.js';
import { COMMAND, MAC, WRITING } from './keyboard.js';
import { actionOf, neighbour } from './keys.js';
import { arriving, desk, named, storage } from './early-connection.js';
import { LastChat } from './last-chat.js';
import { Logs } from './logs.js';
import './offer-list.js';
import './queue-list.js';
import { Settings } from './settings.js';
import './status-menu.js';
import { tabStore } from './tab-store.js';
import { attends, callFor } from './page-alerts.js';
import { AgentWork } from './agent-work.js';

/** Events that arrive together are all there by then. */
const SETTLED_MS = 250;
/** The screen is too narrow for list and conversation together. */
const ALONE = matchMedia('(max-width: 71.99rem)');

/** Events are drawn within two frames. @param {() => void} then */
const drawn = (then) =>
  requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(then))));

const page = pageData();
const words = staffVocabulary(page);
const settings = new Settings(page.me.id, storage);
const work = new AgentWork({
  desk,
  me: page.me,
  drafts: new Drafts(page.me.id, storage),
  kept: tabStore(),
  goesOn: () => settings.now.goesOn,
  attends,
  drawn,
});
const logs = new Logs(work, words);

Object.assign(the('talk-part'), { words, settings, logs, work });
Object.assign(the('about-part'), { words, work });
for (const part of [
  'banners-part',
  'alarms-part',
  'offers-part',
  'partings-part',
  'after-part',
  'list-part',
  'queues-part',
  'status-part',
  'chat-count',
])
  the(part).work = work;

/** What keys and the palette do here. @type {import('./page-keys.js').Does} */
const does = {};
const dialogs = new Dialogs({
  block: { work },
  blocked: { work },
  close: { settings, words, work },
  finder: { does, logs, shows, words, work },
  keys: { page: 'chats', settings, work },
  'team-chats': { work },
  ticket: { words, work },
  transfer: { work },
});
drawn(() => dialogs.loaded());

// -- the page's address --------------------------------------------------------------------

const last = new LastChat(page.me.id, tabStore());
const looked = () => {
  const chat = named();
  work.look(chat);
  if (chat) last.keep(chat);
};
addEventListener('hashchange', looked);
looked();
desk.on('hello', () => last.kept && !ALONE.matches && work.reopen(last.kept));

/** @param {string} name @param {(detail: string) => void} act */
const on = (name, act) => work.addEventListener(name, (event) => act(event instanceof CustomEvent ? event.detail : ''));
on('go', (chat) => {
  location.hash = chat ? `chat=${chat}` : '';
});
on('assigned', () => setTimeout(() => !ALONE.matches && work.openMostUrgent(), SETTLED_MS));
for (const sign of ['pointermove', 'pointerdown', 'keydown', 'wheel'])
  addEventListener(sign, () => work.noticed(), { passive: true });
on('enter', () => {
  looked();
  const talk = the('talk-part');
  if (work.chosen) talk.enter();
  else void import('./arriving.js').then(({ enters }) => enters(talk)).catch(() => {});
});
on('close', (all) => {
  // It stands in the same place.
  the('ticket-part').close?.();
  void dialogs.open('close', all);
});
on('transfer', () => dialogs.open('transfer'));
on('block', () => dialogs.open('block'));
on('blocked', () => dialogs.open('blocked'));
on('team', (team) => dialogs.open('team-chats', team));
arriving?.arrives(the('talk-part'));
const readUncoded = () => void work.endings.uncoded.read();
desk.on('hello', readUncoded);
// Of a ticket that has left the agent's teams there is no news, and whoever moved it comes back from another tab.
addEventListener('focus', readUncoded);
// All listeners are connected by now.
desk.tell();

// -- who is called -------------------------------------------------------------------------

callFor(work, settings);

// -- keys ----------------------------------------------------------------------------------

say(the('find-keys'), `${COMMAND} K`);
the('find').addEventListener('click', () => dialogs.open('finder'));
document.getElementById('blocked-of-menu')?.addEventListener('click', () => work.showBlocked());
for (const button of ['keys', 'keys-of-menu']) the(button).addEventListener('click', () => dialogs.open('keys'));
settings.addEventListener('change', () => work.redraw());

/** Shows a ticket beside the chat. @param {number} number */
function look(number) {
  void dialogs.open('ticket', { number, list: the('about-part').earlier });
}

// A link to a ticket keeps the chat in sight; with Ctrl, ⌘ or Shift the browser opens it elsewhere.
the('desk').addEventListener('click', (/** @type {MouseEvent} */ event) => {
  const { target, ctrlKey, metaKey, shiftKey, altKey } = event;
  const link = target instanceof Element ? target.closest('a[href^="/tickets/"]:not([data-page])') : null;
  const [, number] = /^\/tickets\/(\d+)$/u.exec(link?.getAttribute('href') ?? '') ?? [];
  if (!number || event.defaultPrevented || ctrlKey || metaKey || shiftKey || altKey) return;
  event.preventDefault();
  look(Number(number));
});

/** @param {1|-1} step */
function walk(step) {
  const { owed, yours } = work.chats.groups(work.now());
  const next = neighbour(
    [...owed, ...yours].map(({ chat }) => chat),
    work.chosen,
    step,
  );
  if (next) work.enter(next);
}

/** The next chat of the list; of the team while a supervisor watches one. @param {1|-1} by */
function step(by) {
  const { chosen } = work;
  if (!work.watches || chosen === null) return work.go(neighbour(work.order, chosen, by));
  void lazily(() => import('./team-walk.js'))
    .then(({ goneOn }) => goneOn(page.me.id, work.chats.of(chosen).team, chosen, by))
    .then((to) => to && work.chosen === chosen && work.go(to))
    .catch(() => {});
}

/** @param {boolean} noting */
function write(noting) {
  const { chosen, watches } = work;
  if (watches ? noting : chosen !== null && work.chats.of(chosen).held) the('reply-part').as(noting);
}

/** Shows a ticket that was found: beside the chat, if there is one. @param {number} number */
function shows(number) {
  if (work.chosen === null) location.assign(`/tickets/${number}`);
  else look(number);
}

Object.assign(does, {
  next: () => walk(1),
  before: () => walk(-1),
  find: () => void dialogs.open('finder'),
  search: () => void dialogs.open('finder'),
  sheet: () => void dialogs.open('keys'),
  leave: () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
  reply: () => write(false),
  note: () => write(true),
  transfer: () => work.transfer(),
  accept: () => void work.handovers.accept(),
  pass: () => void work.handovers.decline(),
  take: () => void work.handovers.pickNext(work.queues.list),
  close: () => work.watches || work.endings.close(),
  status: () => the('presence').click(),
  down: () => step(1),
  up: () => step(-1),
  earlier: () => {
    const { earlier } = the('about-part');
    if (earlier.length) look(earlier[0]);
  },
});

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || document.querySelector('dialog[open]')) return;
  const { target } = event;
  const writing = target instanceof HTMLElement && target.closest(WRITING) !== null;
  if (event.code === 'Escape' && work.aboutOpen) {
    work.showAbout(false);
    document.getElementById('talk-name')?.focus();
    return;
  }
  if (event.code === 'Escape' && !writing) the('ticket-part').close?.();
  const action = actionOf(event, { mac: MAC, writing, single: settings.now.singleKeys });
  if (!action || (action.do !== 'chat' && !does[action.do])) return;
  event.preventDefault();
  if (action.do !== 'chat') does[action.do]?.();
  else if (work.order[action.place - 1]) work.go(work.order[action.place - 1]);
});
