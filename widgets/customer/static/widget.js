/**
 * The chat frame: before the chat, in line, the conversation, after it.
 *
 * @import { Ok } from '../shared/client/types.js'
 */

import { openDesk } from '../shared/client/desk.js';
import { DeskError } from '../shared/client/errors.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { lineBanner, unstored } from '../shared/line.js';
import { Log } from '../shared/log.js';
import { menuOf } from '../shared/menu.js';
import { about } from '../shared/moments.js';
import { paced } from '../shared/pace.js';
import { firstName, picture } from '../shared/people.js';
import { TypingSignal, TypingSign } from '../shared/typing.js';
import { vocabulary } from '../shared/vocabulary.js';
import { Host } from './host.js';
import { Visit, afterWords, placeWords } from './visit.js';

const SHAPE_AFTER_MS = 300;

const words = vocabulary(pageData());
const storage = localStore();
const drafts = new Drafts('customer', storage);
const host = new Host(window);
const visit = new Visit();
const asked = new URLSearchParams(location.search);
const mark = the('who').firstElementChild;
/** @type {NodeListOf<HTMLElement>} */
const views = document.querySelectorAll('[data-view]');

let open = !host.framed;
/** Somebody opened the chat while there was nothing yet to put the focus in. */
let focusDue = false;
let rereading = false;
/** @type {{page?: string, referrer?: string}} */
let pageIsAt = {};
/** @type {Log|null} */
let log = null;
/** @type {string|null} */
let followed = null;

/** @param {string} key @param {string|null|undefined} value */
const remember = (key, value) => {
  try {
    if (value) storage?.setItem(`switchboard.customer.${key}`, value);
    else storage?.removeItem(`switchboard.customer.${key}`);
  } catch {
    // It holds until the page is left.
  }
};
/** @param {string} key @returns {string|null} */
const remembered = (key) => {
  try {
    return storage?.getItem(`switchboard.customer.${key}`) ?? null;
  } catch {
    return null;
  }
};

const desk = openDesk({
  role: 'customer',
  url: '/ws/customer',
  scope: 'customer',
  storage,
  hello: () => ({
    page: pageIsAt.page,
    referrer: pageIsAt.referrer,
    locale: navigator.language,
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    name: remembered('name') || undefined,
    email: remembered('email') || undefined,
  }),
});

const drawSoon = paced(draw);

// -- what is heard -----------------------------------------------------------------------

desk.on('hello', (ok) => {
  const chat = visit.greeted(ok, remembered('chat'));
  if (chat) follow(chat);
  else if (!visit.chat) visit.phase = starting() ? 'starting' : visit.phase === 'opening' ? 'form' : visit.phase;
  drawForm();
  drawSoon();
});

desk.on('event', (frame, { chat, replay }) => {
  if (frame.type === 'chat.started' && (!visit.chat || visit.phase === 'closed') && chat !== visit.chat) adopt(chat);
  if (chat !== visit.chat) return;
  visit.told(frame);
  log?.add(frame, !replay);
  if (frame.type === 'message' && frame.from.kind === 'staff') typing.off();
  if (frame.type === 'chat.closed') typing.off();
  drawSoon();
});

desk.on('reset', (chat) => {
  if (chat !== visit.chat) return;
  const { phase } = visit;
  visit.begin(phase);
  visit.join(chat);
  newLog();
});

desk.on('resumed', (ok) => {
  if (ok.chat && ok.chat !== visit.chat) return;
  visit.holds(ok);
  log?.reads(visit.readByStaff);
  the('scroller').removeAttribute('aria-busy');
  drawSoon();
});

desk.on('news', (frame) => {
  visit.heard(frame);
  if (frame.chat === visit.chat && frame.type === 'typing' && frame.from.kind === 'staff') typing.on(frame);
  log?.reads(visit.readByStaff);
  drawSoon();
});

desk.on('state', drawSoon);
desk.on('outbox', drawSoon);
desk.on('error', (error) => {
  // A remembered chat that is no longer known here: begin afresh.
  if (error.code === 'not_found' && error.chat === visit.chat && !visit.lastSeq) again();
});

// -- the conversation --------------------------------------------------------------------

/** @param {string} chat */
function follow(chat) {
  if (followed === chat) return;
  followed = chat;
  the('scroller').setAttribute('aria-busy', 'true');
  newLog();
  desk.follow(chat, 0);
}

/** @param {string} chat */
function adopt(chat) {
  visit.begin('queued');
  visit.join(chat);
  remember('chat', chat);
  followed = chat;
  rereading = false;
  newLog();
}

function newLog() {
  log = new Log(the('log'), the('scroller'), {
    viewer: { side: 'customer', id: desk.hello?.visitor ?? null },
    words: { team: (key) => visit.teamName(key), status: words.status, code: words.code },
    retry: (id) => desk.retry(id),
    discard: (id) => desk.discard(id),
  });
}

const typing = new TypingSign((sender) => log?.typing(sender));
const signal = new TypingSignal((on) => {
  if (visit.chat && visit.phase === 'active') desk.cast('typing', { chat: visit.chat, on });
});

const starting = () => desk.outbox().find((entry) => entry.type === 'chat.start' && entry.status !== 'failed');
const unsent = () => (visit.chat ? desk.outbox(visit.chat) : []);

the('compose').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const text = the('message').value;
  if (!text.trim() || !visit.chat) return;
  signal.stop();
  desk.commit('message.send', { chat: visit.chat, text });
  the('message').value = '';
  drafts.set(visit.chat, '');
  grow();
  log?.toEnd();
  the('message').focus();
});

the('message').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  the('compose').requestSubmit();
});

the('message').addEventListener('input', () => {
  grow();
  if (visit.chat) drafts.set(visit.chat, the('message').value);
  if (the('message').value) signal.touch();
  else signal.stop();
});

function grow() {
  const box = the('message');
  box.style.blockSize = '';
  if (box.value) box.style.blockSize = `${Math.max(box.clientHeight, box.scrollHeight)}px`;
}

// -- before the chat ---------------------------------------------------------------------

function drawForm() {
  const given = visit.teams.find((team) => team.team === asked.get('team'));
  const teams = given ? [given] : visit.teams;
  const chosen = the('team').value || remembered('team');
  fill(the('team'), teams.map((team) => h('option', { value: team.team, selected: team.team === chosen }, team.name)));
  the('team-field').hidden = teams.length < 2;
  drawProducts();
}

function drawProducts() {
  const team = visit.teams.find((one) => one.team === the('team').value);
  const chosen = the('product').value || remembered('product');
  fill(the('product'), (team?.products ?? []).map((name) => h('option', { value: name, selected: name === chosen }, name)));
  the('product-field').hidden = !team?.products?.length;
  const ahead = team?.waiting ?? 0;
  const people = ahead === 1 ? '1 person ahead of you. ' : `${ahead} people ahead of you. `;
  say(the('ahead'), `${ahead ? people : ''}Colleagues on the team may read along. The conversation is kept as a ticket.`);
}

the('team').addEventListener('change', () => {
  drawProducts();
  draw();
});
for (const name of ['name', 'email']) the(name).value = remembered(name) ?? '';
the('text').value = drafts.get('new');
the('text').addEventListener('input', () => drafts.set('new', the('text').value));

the('form').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const value = (/** @type {string} */ id) => the(id).value.trim() || undefined;
  if (!the('text').value.trim()) return refuse('Write a few words first, then we know where to begin.', 'text');
  if (!the('email').validity.valid) return refuse('This does not look like an e-mail address. Leave it empty if you would rather not give one.', 'email');
  refuse('');
  for (const id of ['name', 'email', 'team', 'product']) remember(id, value(id));
  const fields = { team: the('team').value, text: the('text').value, product: value('product'), name: value('name'), email: value('email') };
  const { done } = desk.commit('chat.start', fields);
  visit.begin('starting');
  watchStart(done);
  draw();
});

/** @param {Promise<Ok>} done */
function watchStart(done) {
  done.then(
    (ok) => {
      if (ok.chat !== visit.chat) adopt(ok.chat);
      visit.holds(ok);
      drafts.set('new', '');
      the('text').value = '';
      draw();
    },
    (error) => {
      for (const entry of desk.outbox()) if (entry.type === 'chat.start') desk.discard(entry.id);
      if (error.code === 'already_chatting' && error.chat) {
        visit.join(error.chat);
        remember('chat', error.chat);
        follow(error.chat);
      } else {
        visit.begin('form');
        refuse(Object.values(error.fields ?? {})[0] ?? error.message);
      }
      draw();
    },
  );
}

/** @param {string} sentence @param {'text'|'email'} [field] at fault */
function refuse(sentence, field) {
  the('form-wrong').hidden = !sentence;
  the('form-wrong').textContent = sentence;
  for (const id of ['text', 'email']) {
    if (id === field) the(id).setAttribute('aria-invalid', 'true');
    else the(id).removeAttribute('aria-invalid');
  }
  if (field) the(field).focus();
}

// -- leaving, ending, beginning again ----------------------------------------------------

async function end() {
  if (!visit.chat) return;
  const { id, done } = desk.commit('chat.end', { chat: visit.chat });
  try {
    await done;
  } catch (error) {
    desk.discard(id);
    if (error instanceof DeskError && error.code !== 'chat_closed') fill(the('line-alert'), h('p', { class: 'banner danger' }, icon('circle-alert'), h('span', {}, h('b', {}, 'The chat did not end.'), ` ${error.message}`)));
  }
}

function again() {
  if (visit.chat) desk.unfollow(visit.chat);
  for (const entry of unsent()) desk.discard(entry.id);
  remember('chat', null);
  followed = null;
  log = null;
  rereading = false;
  visit.begin('form');
  drawForm();
  draw();
  focusIn();
}

the('leave').addEventListener('click', end);
the('end').addEventListener('click', () => the('end-dialog').showModal());
the('end-dialog').addEventListener('close', () => {
  if (the('end-dialog').returnValue === 'end') end();
  the('end-dialog').returnValue = '';
});
for (const button of document.querySelectorAll('[data-again]')) button.addEventListener('click', again);
the('reread').addEventListener('click', () => {
  rereading = true;
  draw();
  the('scroller').focus();
});

// -- drawing -----------------------------------------------------------------------------

function view() {
  if (visit.phase === 'opening') return 'opening';
  if (visit.phase === 'form' || visit.phase === 'starting') return 'form';
  if (visit.phase === 'queued') return 'queued';
  return visit.phase === 'closed' && !rereading && !unsent().length ? 'after' : 'talk';
}

const openingSince = Date.now();
function draw() {
  const now = view();
  const before = the('widget').dataset.phase;
  the('widget').dataset.phase = now;
  for (const one of views) one.hidden = one.dataset.view !== now;
  if (now === 'opening') the('opening').hidden = Date.now() - openingSince < SHAPE_AFTER_MS;
  drawHead();
  drawLine();
  drawPhase();
  log?.pending(unsent(), desk.state.line === 'live');
  drawAgentGone();
  if (now !== before && open && (before !== 'opening' || focusDue)) focusIn();
  if (now === 'talk' && before !== 'talk') {
    the('message').value = drafts.get(visit.chat ?? '');
    grow();
    log?.toEnd();
  }
  readAll();
  tellPage();
}

let toldPage = '';
function tellPage() {
  const news = { unread: visit.unread, chat: Boolean(visit.chat && visit.phase !== 'closed') };
  if (visit.phase === 'opening' || toldPage === JSON.stringify(news)) return;
  toldPage = JSON.stringify(news);
  host.tell('news', news);
}

function drawHead() {
  const { phase, agent } = visit;
  const support = `${visit.teamName()} support`;
  const [title, subtitle] = {
    opening: ['Chat with us', 'Opening'],
    form: ['Chat with us', openWords()],
    starting: ['Chat with us', 'Sending'],
    queued: [support, 'You’re in line'],
    active: [agent?.name ?? support, agent?.connected === false ? 'Reconnecting' : support],
    closed: ['Chat ended', support],
  }[phase];
  say(the('title'), title);
  say(the('subtitle'), subtitle);
  const who = phase === 'active' && agent ? `${agent.id}${agent.connected}${desk.state.line}` : 'mark';
  if (the('who').dataset.of !== who) {
    the('who').dataset.of = who;
    const dot = desk.state.line !== 'live' ? '' : agent?.connected === false ? 'warn' : 'ok';
    fill(the('who'), agent && who !== 'mark' ? picture(agent, { size: 'lg', dot }) : mark);
  }
  the('more').hidden = phase !== 'active';
  the('minimise').hidden = !host.framed;
}

function openWords() {
  const team = visit.teams.find((one) => one.team === the('team').value);
  if (!team) return 'We answer here';
  return team.open ? `${team.name} is open now` : `${team.name} is closed now`;
}

function drawPhase() {
  if (visit.phase === 'form' || visit.phase === 'starting') {
    const busy = visit.phase === 'starting';
    for (const field of the('form').elements) field.disabled = busy;
    say(the('start'), busy ? 'Starting' : 'Start the chat');
  } else if (visit.phase === 'queued') {
    const { figure, line } = placeWords(visit.position, visit.waitS, about);
    say(the('place'), figure);
    say(the('place-line'), line);
  } else if (visit.closing) {
    const { title, text } = afterWords(visit.closing, words.status(visit.closing.status), visit.teamName());
    say(the('after-title'), title);
    say(the('after-text'), text);
    say(the('over-line'), title);
  }
  the('compose').hidden = visit.phase === 'closed';
  the('over').hidden = visit.phase !== 'closed';
}

function retryUnstored() {
  for (const entry of unstored(unsent())) desk.retry(entry.id);
}

const drawBanner = lineBanner({ status: the('line-status'), desk, words: { lost: 'No connection.', safe: 'You can go on writing.' } });
function drawLine() {
  drawBanner();
  const stuck = unstored(unsent());
  if (stuck.length > 0 === Boolean(the('line-alert').firstElementChild)) return;
  fill(the('line-alert'), stuck.length > 0 && h(
    'p', { class: 'banner danger' }, icon('circle-alert'),
    h('span', {}, h('b', {}, 'We can’t save messages right now.'), ' Yours is kept here and has not been sent.'),
    h('button', { type: 'button', class: 'textbtn', onclick: retryUnstored }, 'Retry'),
  ));
}

function drawAgentGone() {
  const gone = visit.phase === 'active' && visit.agent?.connected === false && desk.state.line === 'live';
  log?.aside(gone ? `${firstName(visit.agent?.name)}’s connection dropped. What you write is kept and waits for them.` : null);
}

// -- focus, reading, the page around -------------------------------------------------------

function focusIn() {
  const first = { opening: null, form: the('team-field').hidden ? the('text') : the('team'), talk: visit.phase === 'closed' ? the('scroller') : the('message'), queued: the('leave'), after: the('again') }[view()];
  first?.focus();
}

function readAll() {
  const seen = open && visit.phase !== 'queued' && document.visibilityState === 'visible' && view() === 'talk';
  if (!seen || visit.lastSeq <= visit.lastRead) return;
  const news = visit.unread > 0;
  visit.readUpto(visit.lastSeq);
  if (news && visit.phase === 'active') desk.cast('read', { chat: visit.chat, upto: visit.lastSeq });
}
document.addEventListener('visibilitychange', draw);

host.on('open', ({ focus }) => {
  open = true;
  focusDue = focus;
  draw();
  if (focus) focusIn();
});
host.on('small', () => {
  open = false;
  draw();
});
const minimise = () => host.tell('minimise');
the('minimise').addEventListener('click', minimise);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented && !the('end-dialog').open) minimise();
});
menuOf(the('more-button'), the('more-menu'));

setTimeout(draw, SHAPE_AFTER_MS + 20);
draw();
pageIsAt = await host.page();
desk.start();
const underWay = desk.outbox().find((entry) => entry.type === 'chat.start');
if (underWay) {
  visit.begin('starting');
  watchStart(desk.done(underWay.id));
  draw();
}
