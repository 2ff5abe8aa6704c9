/** The page in the chat frame: puts the customer's chat and its views together. */

import { openDesk } from '../shared/client/desk.js';
import { lazily } from '../shared/client/lazily.js';
import { Drafts, localStore, tabStore } from '../shared/drafts.js';
import { pageData, the } from '../shared/dom.js';
import { readersZone } from '../shared/hours.js';
import { vocabulary } from '../shared/vocabulary.js';
import { locale } from '../shared/words.js';
import { Chat } from './chat.js';
import { WidgetView } from './widget-view.js';
import { Host } from './host.js';
import { Memory } from './memory.js';
import { Sounds } from './sound.js';

/** Times such as "in 5 minutes" are redrawn this often. */
const REDRAW_MS = 10_000;
/**
 * An account's chat waits this long for the page to prove who the customer is, and then continues without the account's
 * data.
 */
const PROOF_MS = 5_000;

const page = pageData();
const storage = localStore();
const memory = new Memory(storage);
const asked = new URLSearchParams(location.search);
const [around, chosen] = (memory.get('locale') ?? '').split(':');
if (chosen && !asked.has('around') && around === (asked.get('locale') ?? ''))
  // Never settles: a frame that is shown while its document is being replaced can stay white in Chromium. Of two
  // languages, the desk takes the last.
  await new Promise(() => location.replace(`${location.search}&around=${around}&locale=${chosen}`));
const host = new Host(window);
const sounds = new Sounds(memory);
/** @type {{page?: string, referrer?: string}} */
let pageIsAt = {};
/** Responses of an outside challenge. @type {string[]} */
const responses = [];

const desk = openDesk({
  role: 'customer',
  url: '/ws/customer',
  scope: 'customer',
  storage,
  hello: () => ({
    page: pageIsAt.page,
    referrer: pageIsAt.referrer,
    locale: asked.has('around') ? locale : navigator.language,
    timezone: readersZone(),
    name: memory.get('name') || undefined,
    email: memory.get('email') || undefined,
  }),
  env: {
    // Uses the response of an outside challenge, if the page around has one; each only once.
    prove: async (asked) =>
      (asked.site_key && responses.pop()) ||
      (await lazily(() => import('../shared/client/proof-of-work.js'))).solve(asked),
  },
});

const chat = new Chat({
  desk,
  host,
  memory,
  sounds,
  storage,
  tab: tabStore(),
  drafts: new Drafts('customer', storage),
  zones: { desk: page.timezone, reader: readersZone() },
  words: vocabulary(page),
  brand: page.brand,
  team: asked.get('team'),
});
const face = new WidgetView(chat);
the('widget').replaceChildren(face);

host.on('open', ({ focus }) => {
  chat.open = true;
  chat.changed();
  if (focus) face.takeFocus();
});
host.on('small', () => {
  chat.open = false;
  chat.changed();
});
host.on('fill', (first) => {
  chat.home.leave();
  chat.beginning.suggest(first);
});
const proven = new Promise((told) => {
  host.on('identify', ({ token }) => {
    if (token && typeof token === 'string') desk.identify(token);
    told(token);
  });
});
host.on('challenge', ({ token }) => responses.push(token));
host.on('signOut', () => {
  desk.signOut();
  desk.start();
});

addEventListener('online', () => chat.beginning.request.retry());
document.addEventListener('visibilitychange', () => chat.changed());
setInterval(() => chat.changed(), REDRAW_MS);

import('./deferred-setup.js').then(
  ({ begin }) => begin(chat, face),
  () => {},
);

pageIsAt = await host.page((at) => {
  pageIsAt = at;
  chat.page = at.page;
  chat.changed();
});
if (desk.customer.isAccounts && host.framed)
  await Promise.race([proven, new Promise((late) => setTimeout(late, PROOF_MS))]);
desk.start();
chat.beginning.resumeStart();
