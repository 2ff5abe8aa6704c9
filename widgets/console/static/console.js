/**
 * The agent's console: own chats and the queue, the conversation, the customer.
 *
 * @import { About, Queue } from '../shared/types.js'
 * @import { Group, Row } from './chats.js'
 */

import '../shared/bar.js';
import { openDesk } from '../shared/client/desk.js';
import { DeskError } from '../shared/client/errors.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { lineBanner, unstored } from '../shared/line.js';
import { Log } from '../shared/log.js';
import { menuOf } from '../shared/menu.js';
import { span, stamp, timer } from '../shared/moments.js';
import { paced } from '../shared/pace.js';
import { NAMELESS, firstName, picture } from '../shared/people.js';
import { RemoveDialog } from '../shared/remove.js';
import { TypingSign, TypingSignal } from '../shared/typing.js';
import { vocabulary } from '../shared/vocabulary.js';
import { drawAbout } from './about.js';
import { Chats, settle, timerWords } from './chats.js';
import { CloseDialog } from './close.js';

const BACK_SHOWN_MS = 8_000;
const SHORT_DROP_MS = 3_000;
const NEAR = matchMedia('(max-width: 71.99rem)');
/** @type {Array<[Group, string]>} */
const GROUPS = [['owed', 'First reply owed'], ['yours', 'Waiting for you'], ['theirs', 'Waiting for them']];
/** @type {Record<string, [string, string]>} */
const STATUS = { available: ['ok', 'Available'], away: ['warn', 'Away'], offline: ['hollow', 'Offline'] };

const page = pageData();
const words = vocabulary(page);
const storage = localStore();
const chats = new Chats();
const drafts = new Drafts(page.me.id, storage);
/** @type {Map<string, Log>} */
const logs = new Map();
/** @type {Map<string, HTMLElement>} */
const rows = new Map();
/** @type {Map<string, TypingSign>} */
const signs = new Map();

/** @type {{status: string, capacity: number}|null} */
let presence = null;
/** @type {{at: number, list: Queue[]}} */
let queues = { at: Date.now(), list: [] };
/** @type {Record<Group, string[]>} */
let shown = { owed: [], yours: [], theirs: [] };
/** @type {string|null} */
let chosen = null;
/** @type {{at: number, messages: Set<string>}|null} */
let down = null;
let everLive = false;

/** @param {string} key */
const teamName = (key) => chats.teams.get(key)?.name ?? key ?? '';
/** @param {About|null} about */
const nameOf = (about) => about?.customer.name ?? NAMELESS;

const desk = openDesk({ role: 'staff', url: '/ws/staff', scope: `staff.${page.me.id}`, storage, hello: () => ({}) });

const drawSoon = paced(draw);

// -- what is heard -----------------------------------------------------------------------

desk.on('hello', (ok) => {
  // Those that are followed already come back by themselves after a lost line.
  for (const chat of chats.greeted(ok)) if (!desk.lastSeq(chat)) desk.follow(chat);
  presence = { status: ok.status, capacity: ok.capacity };
  queues = { at: Date.now(), list: ok.queues ?? [] };
  drawPresence();
  drawQueues();
  drawSoon();
});

desk.on('event', (frame, { replay }) => {
  const meaning = chats.told(frame);
  logOf(frame.chat).add(frame, !replay);
  if (frame.type === 'message') signOf(frame.chat).off();
  if (meaning === 'message' && down) down.messages.add(`${frame.chat} ${frame.seq}`);
  if (meaning === 'assigned' && !chosen && !NEAR.matches && !replay) location.hash = `chat=${frame.chat}`;
  drawSoon();
});

desk.on('resumed', (ok) => {
  chats.resumed(ok);
  logOf(ok.chat).reads(chats.of(ok.chat).readByCustomer);
  drawSoon();
});

desk.on('reset', (chat) => {
  chats.forget(chat);
  logs.delete(chat);
  if (chat === chosen) fill(the('scroller'), logOf(chat).list);
});

desk.on('news', (frame) => {
  chats.heard(frame);
  if (frame.type === 'hours') {
    chats.hours(frame.teams);
    drawQueues();
  } else if (frame.type === 'queues') {
    queues = { at: Date.now(), list: frame.queues };
    drawQueues();
  } else if (frame.type === 'presence' && frame.staff === chats.me) {
    presence = { status: frame.status, capacity: frame.capacity };
    drawPresence();
  } else if (frame.type === 'typing' && frame.from.kind === 'customer' && chats.has(frame.chat)) signOf(frame.chat).on(frame);
  else if (frame.type === 'read' && logs.has(frame.chat)) logOf(frame.chat).reads(chats.of(frame.chat).readByCustomer);
  drawSoon();
});

desk.on('outbox', drawSoon);
desk.on('state', (state) => {
  if (state.line === 'live') {
    if (down) sayBack(Date.now() - down.at);
    everLive = true;
  } else if (everLive) down ??= { at: Date.now(), messages: new Set() };
  drawPresence();
  drawSoon();
});

/** @param {string} chat */
function logOf(chat) {
  const log = logs.get(chat) ?? new Log(h('div', { class: 'log' }), the('scroller'), {
    viewer: { side: 'staff', id: chats.me ?? page.me.id },
    words: { team: teamName, status: words.status, code: words.code },
    retry: (id) => desk.retry(id),
    discard: (id) => desk.discard(id),
    remove: (item) => removing.ask(item),
    removesAny: page.me.role === 'supervisor',
  });
  logs.set(chat, log);
  return log;
}

/** Kept until it is stored; refused, it is kept no longer. @param {string} type @param {Record<string, any>} fields */
async function commit(type, fields) {
  const { id, done } = desk.commit(type, fields);
  try {
    return await done;
  } catch (error) {
    desk.discard(id);
    throw error;
  }
}

const removing = new RemoveDialog((fields) => commit('message.redact', fields));

/** @param {string} chat */
function signOf(chat) {
  const sign = signs.get(chat) ?? new TypingSign((sender) => {
    chats.typing(chat, Boolean(sender));
    logs.get(chat)?.typing(sender);
    drawRows();
  });
  signs.set(chat, sign);
  return sign;
}

// -- the list ----------------------------------------------------------------------------

function drawRows() {
  const now = Date.now();
  const groups = chats.groups(now);
  const ids = (/** @type {Row[]} */ list) => list.map((row) => row.chat);
  const wanted = { owed: ids(groups.owed), yours: ids(groups.yours), theirs: ids(groups.theirs) };
  const before = shown;
  shown = settle(shown, wanted, the('rows').matches(':hover, :focus-within'));
  const byChat = new Map(Object.values(groups).flat().map((row) => [row.chat, row]));
  const same = GROUPS.every(([group]) => String(before[group]) === String(shown[group]));
  if (!same || !the('rows').firstElementChild) layRows();
  for (const [chat, row] of byChat) drawRow(rowOf(chat), row);
  const hint = the('rows').querySelector('.hint');
  if (hint && presence) say(hint, presence.status === 'available' ? ' The next one in the queue comes to you.' : ' New ones come to you once you’re available.');
  say(the('seats'), presence ? `${chats.count} of ${presence.capacity}` : '');
}

function layRows() {
  const focused = document.activeElement;
  const parts = GROUPS.filter(([group]) => shown[group].length).map(([group, title]) => [
    h('h3', { 'data-group': group }, title),
    h('ul', {}, shown[group].map((chat) => h('li', {}, rowOf(chat)))),
  ]);
  fill(the('rows'), parts.length ? parts : h('p', { class: 'quiet none' }, 'No chats.', h('span', { class: 'hint' })));
  if (focused instanceof HTMLElement && focused.matches('.row')) focused.focus();
  for (const chat of rows.keys()) if (!Object.values(shown).flat().includes(chat)) rows.delete(chat);
}

/** @param {string} chat */
function rowOf(chat) {
  const row = rows.get(chat) ?? h(
    'a', { class: 'row', href: `#chat=${chat}` }, h('span', { class: 'who' }),
    h('span', { class: 'l1' }, h('span', { class: 'name cut', dir: 'auto' }), h('span', { class: 'badge' })),
    h('span', { class: 'l2' }, h('span', { class: 'last cut' }), h('span', { class: 'timer num' })),
  );
  rows.set(chat, row);
  return row;
}

/** @param {HTMLElement} element @param {Row} row */
function drawRow(element, row) {
  const gone = row.goneSince !== null;
  element.className = ['row', row.unread && 'unread', row.timer.tone, gone && 'gone'].filter(Boolean).join(' ');
  if (row.chat === chosen) element.setAttribute('aria-current', 'true');
  else element.removeAttribute('aria-current');
  const name = nameOf(row.about);
  /** @type {any[]} */
  const [who, first, second] = [...element.children];
  if (who.title !== name) {
    const drawn = picture({ id: row.about?.customer.id ?? null, name: row.about?.customer.name ?? null });
    drawn.title = name;
    who.replaceWith(drawn);
  }
  const [nameText, badge] = first.children;
  const [preview, clock] = second.children;
  say(nameText, name);
  if (badge.dataset.of !== String(row.unread)) {
    badge.dataset.of = String(row.unread);
    fill(badge, row.unread > 0 && h('span', { class: 'count' }, row.unread, h('span', { class: 'sr' }, ' unread')));
  }
  drawPreview(preview, row);
  const shape = { over: 'alarm-clock', left: 'timer', for: '', gone: '' }[row.timer.text];
  if (clock.dataset.shape !== shape) {
    clock.dataset.shape = shape;
    fill(clock, shape && icon(shape), h('span'));
  }
  say(clock.lastChild, timerWords(row.timer, timer));
}

/** @param {HTMLElement} element @param {Row} row */
function drawPreview(element, row) {
  const draft = row.chat !== chosen && drafts.get(row.chat).trim();
  const text = row.typing ? 'is typing…' : draft ? `Draft ${draft}` : `${row.own ? 'You: ' : ''}${row.preview}`;
  if (element.textContent === text) return;
  element.setAttribute('dir', row.typing || draft || row.own ? 'ltr' : 'auto');
  fill(element, draft && !row.typing ? [h('span', { class: 'draft' }, 'Draft'), ` ${draft}`] : text);
}

function drawQueues() {
  const passed = Math.floor((Date.now() - queues.at) / 1000);
  const targets = new Set([...chats.teams.values()].filter((team) => queues.list.some((queue) => queue.team === team.team)).map((team) => team.wait_target_s));
  const [target] = targets;
  say(the('goal'), targets.size === 1 && target ? `target ${timer(target * 1000)}` : '');
  fill(the('queues'), queues.list.map(({ team, waiting, longest_wait_s: longest }) => {
    const wait = waiting ? longest + passed : 0;
    const late = wait > (chats.teams.get(team)?.wait_target_s ?? Number.POSITIVE_INFINITY);
    return h(
      'li', { class: waiting ? '' : 'none' }, h('span', { class: 'team' }, teamName(team)),
      h('span', { class: 'n num' }, waiting, h('span', { class: 'sr' }, ' waiting')),
      waiting > 0 && h('span', { class: `t num${late ? ' warn' : ''}` }, h('span', { class: 'sr' }, 'longest '), timer(wait * 1000)),
    );
  }), !queues.list.length && h('li', { class: 'none' }, 'No team yet.'));
}

// -- the conversation --------------------------------------------------------------------

/** @param {string|null} chat */
function choose(chat) {
  if (chosen && chosen !== chat) leave(chosen);
  chosen = chat && chats.has(chat) && chats.of(chat).about ? chat : null;
  document.body.classList.toggle('in-talk', Boolean(chosen));
  the('about').classList.remove('open');
  if (chosen) {
    fill(the('scroller'), logOf(chosen).list);
    logOf(chosen).draw();
    logOf(chosen).toEnd();
    the('as-reply').checked = true;
    restore();
  }
  draw();
  if (chosen && !the('compose').hidden && !NEAR.matches) the('reply').focus();
}

/** @param {string} chat */
function leave(chat) {
  signal.stop();
  const held = chats.of(chat);
  if (held.closed || !held.held) {
    desk.unfollow(chat);
    logs.delete(chat);
  }
}

function fromHash() {
  const chat = new URLSearchParams(location.hash.slice(1)).get('chat');
  if (chat !== chosen) choose(chat);
}
addEventListener('hashchange', fromHash);

function drawTalk() {
  if (!chosen) fromHashIfKnown();
  const held = chosen ? chats.of(chosen) : null;
  const about = held?.about ?? null;
  for (const id of ['talk-head', 'scroller', 'about']) the(id).hidden = !about;
  the('compose').hidden = !held?.held;
  the('over').hidden = !held || held.held;
  the('nothing').hidden = Boolean(about);
  if (!chosen || !held || !about) {
    drawNothing();
    return;
  }
  const name = nameOf(about);
  the('talk').setAttribute('aria-label', `Conversation with ${name}`);
  say(the('talk-name'), name);
  say(the('talk-name-wide'), name);
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(about.started_at).getTime()) / 60_000));
  say(the('talk-facts'), [teamName(about.team), about.product, `${minutes} min`, about.subject].filter(Boolean).join(' · '));
  the('close').hidden = !held.held;
  drawOver(held.held ? null : held.closed);
  drawComposer(about.customer.name);
  logOf(chosen).pending(desk.outbox(chosen), desk.state.line === 'live');
  const left = held.held && held.goneSince !== null ? stamp(held.goneSince, Date.now()) : null;
  logOf(chosen).aside(left && `${firstName(about.customer.name) || 'The visitor'} left the page at ${left}. What you write is there when they are back.`);
  drawAboutAgain(about);
  readChosen();
}

/** @type {string|null} */
let fromHashTried = null;
function fromHashIfKnown() {
  const chat = new URLSearchParams(location.hash.slice(1)).get('chat');
  if (!chat || fromHashTried === chat || !chats.has(chat) || !chats.of(chat).about) return;
  fromHashTried = chat;
  choose(chat);
}

let aboutDrawn = '';
/** @param {About} about */
function drawAboutAgain(about) {
  const key = JSON.stringify([about, Math.floor(Date.now() / 60_000)]);
  if (key === aboutDrawn) return;
  aboutDrawn = key;
  drawAbout(the('about'), about, { team: teamName, now: Date.now() });
}

/** @param {import('../shared/client/types.js').Durable|null} closed */
function drawOver(closed) {
  const key = `${chosen} ${closed?.ticket ?? ''}`;
  if (the('over').hidden || the('over').dataset.of === key) return;
  the('over').dataset.of = key;
  if (!closed) {
    fill(the('over'), 'A colleague has this chat now.');
    return;
  }
  const link = h('a', { class: 'link', href: `/tickets/${closed.ticket}` }, `Ticket #${closed.ticket}, ${words.status(closed.status)}`);
  fill(the('over'), icon('ticket'), 'This chat is over. ', link);
  // The button that closed it is gone, and the focus with it.
  if (document.activeElement === document.body && closed.by?.id === chats.me) link.focus();
}

const noting = () => the('as-note').checked;
const draftKey = () => `${chosen ?? ''}${noting() ? '.note' : ''}`;

function restore() {
  the('reply').value = drafts.get(draftKey());
}

/** @param {string|null} name the customer's */
function drawComposer(name) {
  const label = noting() ? 'Note, only staff see it' : `Reply to ${name ? firstName(name) : 'the visitor'}`;
  if (the('reply').placeholder !== label) {
    the('reply').placeholder = label;
    the('reply').setAttribute('aria-label', label);
  }
  the('compose').classList.toggle('noting', noting());
  say(the('send').firstChild, noting() ? 'Add note ' : 'Send ');
}

const signal = new TypingSignal((on) => {
  if (chosen && chats.of(chosen).held) desk.cast('typing', { chat: chosen, on });
});

for (const mode of ['as-reply', 'as-note']) {
  the(mode).addEventListener('change', () => {
    signal.stop();
    restore();
    draw();
    the('reply').focus();
  });
}

the('reply').addEventListener('input', () => {
  drafts.set(draftKey(), the('reply').value);
  if (!noting() && the('reply').value) signal.touch();
  else signal.stop();
});
the('reply').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
  if (event.key === 'Escape') the('reply').blur();
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  the('compose').requestSubmit();
});
the('compose').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const text = the('reply').value;
  if (!text.trim() || !chosen) return;
  signal.stop();
  desk.commit(noting() ? 'note.add' : 'message.send', { chat: chosen, text });
  drafts.set(draftKey(), '');
  the('reply').value = '';
  if (noting()) {
    the('as-reply').checked = true;
    restore();
  }
  logOf(chosen).toEnd();
  draw();
  the('reply').focus();
});

function readChosen() {
  if (!chosen || document.visibilityState !== 'visible' || !document.hasFocus()) return;
  const held = chats.of(chosen);
  if (!held.unread.length) return;
  chats.read(chosen, held.lastSeq);
  desk.cast('read', { chat: chosen, upto: held.lastSeq });
  drawRows();
}
addEventListener('focus', draw);
document.addEventListener('visibilitychange', draw);

function drawNothing() {
  const available = presence?.status === 'available';
  const key = `${chats.count} ${presence?.status} ${chats.teams.size}`;
  if (the('nothing').dataset.of === key) return;
  the('nothing').dataset.of = key;
  const teams = queues.list.map(({ team }) => teamName(team));
  const named = teams.length > 1 ? `${teams.slice(0, -1).join(', ')} and ${teams.at(-1)}` : teams[0] ?? 'your teams';
  const title = !presence ? 'Connecting' : chats.count ? 'Choose a chat' : 'No chats right now';
  const text = !presence ? '' : chats.count ? 'They are listed with the longest wait first.'
    : available ? `You’re available for ${named}. The next one in the queue comes to you by itself.` : 'New chats come to you once you’re available.';
  fill(
    the('nothing'), icon(chats.count ? 'messages-square' : 'coffee'), h('h2', {}, title), h('p', {}, text),
    presence && !available && h('button', { type: 'button', class: 'btn primary', onclick: () => setStatus('available') }, 'Become available'),
  );
}

// -- closing -----------------------------------------------------------------------------

const closing = new CloseDialog({
  words,
  send: (fields) => commit('chat.close', { ...fields, chat: chosen }),
});
the('close').addEventListener('click', () => {
  const about = chosen && chats.of(chosen).about;
  if (chosen && about) closing.open(about, chats.teams.get(about.team)?.products ?? [], about.subject ?? firstLine(chosen));
});

/** The first thing that the customer wrote, as the server would take it for a subject. @param {string} chat */
function firstLine(chat) {
  const bubble = logOf(chat).list.querySelector('.msg:not(.mine) .bubble:not(.gone)');
  return (bubble?.textContent ?? '').split('\n')[0].trim();
}

// -- status, banners, title --------------------------------------------------------------

/** @param {'available'|'away'|'offline'} status */
async function setStatus(status) {
  try {
    const ok = await desk.command('presence.set', { status });
    presence = { status: ok.status, capacity: ok.capacity };
    fill(the('line-alert'));
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    fill(the('line-alert'), h('p', { class: 'banner danger' }, icon('circle-alert'), h('span', {}, h('b', {}, 'Your status was not changed.'), ` ${error.message}`)));
  }
  drawPresence();
  draw();
}

function drawPresence() {
  const live = desk.state.line === 'live';
  const [dot, name] = (live && STATUS[presence?.status ?? '']) || ['hollow', desk.state.line === 'stopped' ? 'Disconnected' : 'Connecting'];
  the('presence').disabled = !live || !presence;
  the('presence-dot').className = `dot ${dot}`;
  say(the('presence-name'), name);
  for (const item of the('presence-menu').querySelectorAll('[data-status]')) item.setAttribute('aria-checked', String(item.dataset.status === presence?.status));
}
menuOf(the('presence'), the('presence-menu'));
for (const item of the('presence-menu').querySelectorAll('[data-status]')) item.addEventListener('click', () => setStatus(item.dataset.status));

const drawBanner = lineBanner({
  status: the('line-status'), desk, words: { lost: 'Connection lost.', safe: 'What you write is kept.' },
  action: (code) => ([4001, 4010].includes(code ?? 0) ? h('a', { class: 'textbtn', href: `/sign-in?next=${encodeURIComponent('/console')}` }, 'Sign in') : null),
});

/** @param {number} gone ms without a line */
function sayBack(gone) {
  // What came meanwhile arrives just after: say it once it is in.
  setTimeout(() => {
    const messages = down?.messages ?? new Set();
    down = null;
    if (gone < SHORT_DROP_MS) return;
    const inChats = new Set([...messages].map((one) => one.split(' ')[0])).size;
    const news = messages.size ? `${messages.size} new message${messages.size === 1 ? '' : 's'} in ${inChats} chat${inChats === 1 ? '' : 's'}.` : 'Nothing new meanwhile.';
    fill(the('back-status'), h('p', { class: 'banner ok' }, icon('wifi'), h('span', {}, h('b', {}, `Back after ${span(gone)}.`), ` ${news}`)));
    setTimeout(() => fill(the('back-status')), BACK_SHOWN_MS);
  }, 1_000);
}

function drawStuck() {
  const stuck = unstored(desk.outbox()).length > 0;
  if (stuck === Boolean(the('line-alert').querySelector('[data-stuck]'))) return;
  fill(the('line-alert'), stuck && h('p', { class: 'banner danger', 'data-stuck': true }, icon('database'), h('span', {}, h('b', {}, 'Messages can’t be stored right now.'), ' Nothing is lost: what you send stays with you until it works.')));
}

function draw() {
  drawBanner();
  drawStuck();
  drawRows();
  drawTalk();
  const unread = chats.unread;
  document.title = `${unread ? `(${unread}) ` : ''}Chats · Switchboard`;
  say(the('chat-count'), chats.count ? String(chats.count) : '');
}

the('talk-name').addEventListener('click', () => {
  const open = the('about').classList.toggle('open');
  the('talk-name').setAttribute('aria-expanded', String(open));
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && the('about').classList.contains('open')) the('talk-name').click();
});

setInterval(() => {
  drawRows();
  drawQueues();
  if (chosen) drawTalk();
}, 1_000);
draw();
desk.start();
