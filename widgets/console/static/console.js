/** The agent's console: own chats and the queue, the conversation, the customer. */

import { openDesk } from '../shared/client/desk.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { fill, h, icon, pageData, say } from '../shared/dom.js';
import { lineBanner } from '../shared/line.js';
import { Log } from '../shared/log.js';
import { menuOf } from '../shared/menu.js';
import { span, stamp, timer } from '../shared/moments.js';
import { NAMELESS, firstName, picture } from '../shared/people.js';
import { TypingSign, TypingSignal } from '../shared/typing.js';
import { vocabulary } from '../shared/vocabulary.js';
import { drawAbout } from './about.js';
import { Chats, settle, timerWords } from './chats.js';
import { CloseDialog } from './close.js';

const BACK_SHOWN_MS = 8_000;
const SHORT_DROP_MS = 3_000;
const NEAR = matchMedia('(max-width: 71.99rem)');
const GROUPS = { owed: 'First reply owed', yours: 'Waiting for you', theirs: 'Waiting for them' };
const STATUS = { available: ['ok', 'Available'], away: ['warn', 'Away'], offline: ['hollow', 'Offline'] };
const $ = (id) => document.getElementById(id);

const page = pageData();
const words = vocabulary(page);
const storage = localStore();
const chats = new Chats();
const drafts = new Drafts(page.me.id, storage);
const logs = new Map();
const rows = new Map();
const signs = new Map();

let presence = null;
let queues = { at: Date.now(), list: [] };
let shown = { owed: [], yours: [], theirs: [] };
let chosen = null;
let down = null;
let everLive = false;

const teamName = (key) => chats.teams.get(key)?.name ?? key ?? '';
const nameOf = (about) => about?.customer.name ?? NAMELESS;

const desk = openDesk({ role: 'staff', url: '/ws/staff', scope: `staff.${page.me.id}`, storage, hello: () => ({}) });

// -- what is heard -----------------------------------------------------------------------

desk.on('hello', (ok) => {
  for (const chat of chats.greeted(ok)) desk.follow(chat, desk.lastSeq(chat) ?? 0);
  presence = { status: ok.status, capacity: ok.capacity, reason: ok.reason ?? null };
  queues = { at: Date.now(), list: ok.queues ?? [] };
  drawPresence();
  drawQueues();
  draw();
});

desk.on('event', (frame, { replay }) => {
  const meaning = chats.told(frame);
  logOf(frame.chat).add(frame, !replay);
  if (frame.type === 'message') signOf(frame.chat).off();
  if (meaning === 'message' && down) down.messages.add(`${frame.chat} ${frame.seq}`);
  if (meaning === 'assigned' && !chosen && !NEAR.matches && !replay) location.hash = `chat=${frame.chat}`;
  draw();
});

desk.on('resumed', (ok) => {
  chats.resumed(ok);
  logOf(ok.chat).reads(chats.of(ok.chat).readByCustomer);
  draw();
});

desk.on('news', (frame) => {
  chats.heard(frame);
  if (frame.type === 'queues') {
    queues = { at: Date.now(), list: frame.queues };
    drawQueues();
  } else if (frame.type === 'presence' && frame.staff === chats.me) {
    presence = { ...presence, status: frame.status, capacity: frame.capacity, reason: frame.reason };
    drawPresence();
  } else if (frame.type === 'typing' && frame.from.kind === 'customer' && chats.has(frame.chat)) signOf(frame.chat).on(frame);
  else if (frame.type === 'read' && logs.has(frame.chat)) logOf(frame.chat).reads(chats.of(frame.chat).readByCustomer);
  draw();
});

desk.on('outbox', draw);
desk.on('state', (state) => {
  if (state.line === 'live') {
    if (down) sayBack(Date.now() - down.at);
    everLive = true;
  } else if (everLive) down ??= { at: Date.now(), messages: new Set() };
  drawPresence();
  draw();
});

function logOf(chat) {
  if (!logs.has(chat)) {
    const list = h('div', { class: 'log' });
    logs.set(chat, new Log(list, $('scroller'), {
      viewer: { side: 'staff', id: chats.me ?? page.me.id },
      words: { team: teamName, status: words.status, code: words.code },
      retry: (id) => desk.retry(id),
      discard: (id) => desk.discard(id),
    }));
  }
  return logs.get(chat);
}

function signOf(chat) {
  if (!signs.has(chat)) {
    signs.set(chat, new TypingSign((sender) => {
      chats.typing(chat, Boolean(sender));
      logs.get(chat)?.typing(sender);
      drawRows();
    }));
  }
  return signs.get(chat);
}

// -- the list ----------------------------------------------------------------------------

function drawRows() {
  const now = Date.now();
  const groups = chats.groups(now);
  const wanted = Object.fromEntries(Object.entries(groups).map(([group, list]) => [group, list.map((row) => row.chat)]));
  const before = shown;
  shown = settle(shown, wanted, $('rows').matches(':hover, :focus-within'));
  const byChat = new Map(Object.values(groups).flat().map((row) => [row.chat, row]));
  const same = Object.keys(wanted).every((group) => String(before[group]) === String(shown[group]));
  if (!same || !$('rows').firstElementChild) layRows();
  for (const [chat, row] of byChat) drawRow(rowOf(chat), row);
  say($('seats'), presence ? `${chats.count} of ${presence.capacity}` : '');
}

function layRows() {
  const focused = document.activeElement?.closest?.('.row');
  const parts = Object.entries(GROUPS).filter(([group]) => shown[group].length).map(([group, title]) => [
    h('h3', { 'data-group': group }, title),
    h('ul', {}, shown[group].map((chat) => h('li', {}, rowOf(chat)))),
  ]);
  fill($('rows'), parts.length ? parts : h('p', { class: 'quiet none' }, 'No chats.'));
  focused?.focus();
  for (const chat of rows.keys()) if (!Object.values(shown).flat().includes(chat)) rows.delete(chat);
}

function rowOf(chat) {
  if (!rows.has(chat)) {
    rows.set(chat, h(
      'a', { class: 'row', href: `#chat=${chat}` }, h('span', { class: 'who' }),
      h('span', { class: 'l1' }, h('span', { class: 'name cut', dir: 'auto' }), h('span', { class: 'badge' })),
      h('span', { class: 'l2' }, h('span', { class: 'last cut' }), h('span', { class: 'timer num' })),
    ));
  }
  return rows.get(chat);
}

function drawRow(element, row) {
  const gone = row.goneSince !== null;
  element.className = ['row', row.unread && 'unread', row.timer.tone, gone && 'gone'].filter(Boolean).join(' ');
  if (row.chat === chosen) element.setAttribute('aria-current', 'true');
  else element.removeAttribute('aria-current');
  const name = nameOf(row.about);
  const [who, l1, l2] = element.children;
  if (who.title !== name) {
    const drawn = picture({ id: row.about?.customer.id, name: row.about?.customer.name });
    drawn.title = name;
    who.replaceWith(drawn);
  }
  say(l1.firstChild, name);
  const badge = row.unread ? `${row.unread} unread` : '';
  if (l1.lastChild.dataset.of !== badge) {
    l1.lastChild.dataset.of = badge;
    fill(l1.lastChild, badge && h('span', { class: 'count' }, row.unread, h('span', { class: 'sr' }, ' unread')));
  }
  drawPreview(l2.firstChild, row);
  const text = timerWords(row.timer, timer);
  const shape = { over: 'alarm-clock', left: 'timer' }[row.timer.text];
  if (l2.lastChild.dataset.shape !== (shape ?? '')) {
    l2.lastChild.dataset.shape = shape ?? '';
    fill(l2.lastChild, shape && icon(shape), h('span'));
  }
  say(l2.lastChild.lastChild ?? l2.lastChild.appendChild(h('span')), text);
}

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
  say($('goal'), targets.size === 1 && [...targets][0] ? `target ${timer([...targets][0] * 1000)}` : '');
  fill($('queues'), queues.list.map(({ team, waiting, longest_wait_s: longest }) => {
    const wait = waiting ? longest + passed : 0;
    const late = wait > (chats.teams.get(team)?.wait_target_s ?? Infinity);
    return h(
      'li', { class: waiting ? '' : 'none' }, h('span', { class: 'team' }, teamName(team)),
      h('span', { class: 'n num' }, waiting, h('span', { class: 'sr' }, ' waiting')),
      waiting > 0 && h('span', { class: `t num${late ? ' warn' : ''}` }, h('span', { class: 'sr' }, 'longest '), timer(wait * 1000)),
    );
  }), !queues.list.length && h('li', { class: 'none' }, 'No team yet.'));
}

// -- the conversation --------------------------------------------------------------------

function choose(chat) {
  if (chosen && chosen !== chat) leave();
  chosen = chat && chats.has(chat) && chats.of(chat).about ? chat : null;
  document.body.classList.toggle('in-talk', Boolean(chosen));
  $('about').classList.remove('open');
  if (chosen) {
    fill($('scroller'), logOf(chosen).list);
    logOf(chosen).toEnd();
    $('as-reply').checked = true;
    restore();
  }
  draw();
  if (chosen && !$('compose').hidden && !NEAR.matches) $('reply').focus();
}

function leave() {
  signal.stop();
  const held = chats.of(chosen);
  if (held.closed || !held.held) {
    desk.unfollow(chosen);
    logs.delete(chosen);
  }
}

function fromHash() {
  const chat = new URLSearchParams(location.hash.slice(1)).get('chat');
  if (chat !== chosen) choose(chat);
}
addEventListener('hashchange', fromHash);

function drawTalk() {
  if (!chosen) fromHashIfKnown();
  const held = chosen && chats.of(chosen);
  for (const [id, on] of [['talk-head', held], ['scroller', held], ['compose', held && held.held], ['over', held && !held.held], ['nothing', !held], ['about', held]]) $(id).hidden = !on;
  if (!held) return drawNothing();
  const { about } = held;
  const name = nameOf(about);
  $('talk').setAttribute('aria-label', `Conversation with ${name}`);
  say($('talk-name'), name);
  say($('talk-name-wide'), name);
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(about.started_at)) / 60_000));
  say($('talk-facts'), [teamName(about.team), about.product, `${minutes} min`, about.subject].filter(Boolean).join(' · '));
  $('close').hidden = !held.held;
  drawOver(held);
  drawComposer(about.customer.name);
  logOf(chosen).pending(desk.outbox(chosen), desk.state.line === 'live');
  const gone = held.held && held.goneSince !== null;
  const aside = gone ? `${firstName(about.customer.name) || 'The visitor'} left the page at ${stamp(held.goneSince, Date.now())}. What you write is there when they are back.` : null;
  if ((logOf(chosen).asideLine?.textContent ?? null) !== aside) logOf(chosen).aside(aside);
  drawAboutAgain(about);
  readChosen();
}

let fromHashTried = null;
function fromHashIfKnown() {
  const chat = new URLSearchParams(location.hash.slice(1)).get('chat');
  if (!chat || fromHashTried === chat || !chats.has(chat) || !chats.of(chat).about) return;
  fromHashTried = chat;
  choose(chat);
}

let aboutDrawn = '';
function drawAboutAgain(about) {
  const key = JSON.stringify([about, Math.floor(Date.now() / 60_000)]);
  if (key === aboutDrawn) return;
  aboutDrawn = key;
  drawAbout($('about'), about, { team: teamName, now: Date.now() });
}

function drawOver(held) {
  const key = held.closed ? `${chosen} ${held.closed.ticket}` : `${chosen} elsewhere`;
  if (held.held || $('over').dataset.of === key) return;
  $('over').dataset.of = key;
  if (!held.closed) return fill($('over'), 'A colleague has this chat now.');
  fill($('over'), icon('ticket'), 'This chat is over. ', h('a', { class: 'link', href: `/tickets/${held.closed.ticket}` }, `Ticket #${held.closed.ticket}, ${words.status(held.closed.status)}`));
}

const noting = () => $('as-note').checked;
const draftKey = () => (noting() ? `${chosen}.note` : chosen);

function restore() {
  $('reply').value = drafts.get(draftKey());
}

function drawComposer(name) {
  const label = noting() ? 'Note, only staff see it' : `Reply to ${name ? firstName(name) : 'the visitor'}`;
  if ($('reply').placeholder !== label) {
    $('reply').placeholder = label;
    $('reply').setAttribute('aria-label', label);
  }
  $('compose').classList.toggle('noting', noting());
  say($('send').firstChild, noting() ? 'Add note ' : 'Send ');
}

const signal = new TypingSignal((on) => chosen && chats.of(chosen).held && desk.cast('typing', { chat: chosen, on }));

for (const mode of ['as-reply', 'as-note']) {
  $(mode).addEventListener('change', () => {
    signal.stop();
    restore();
    draw();
    $('reply').focus();
  });
}

$('reply').addEventListener('input', () => {
  drafts.set(draftKey(), $('reply').value);
  if (!noting() && $('reply').value) signal.touch();
  else signal.stop();
});
$('reply').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') $('reply').blur();
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $('compose').requestSubmit();
});
$('compose').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('reply').value;
  if (!text.trim() || !chosen) return;
  signal.stop();
  const { done } = desk.commit(noting() ? 'note.add' : 'message.send', { chat: chosen, text });
  done.catch(() => {}); // the outbox shows it
  drafts.set(draftKey(), '');
  $('reply').value = '';
  if (noting()) {
    $('as-reply').checked = true;
    restore();
  }
  logOf(chosen).toEnd();
  draw();
  $('reply').focus();
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
  if ($('nothing').dataset.of === key) return;
  $('nothing').dataset.of = key;
  const teams = queues.list.map(({ team }) => teamName(team));
  const named = teams.length > 1 ? `${teams.slice(0, -1).join(', ')} and ${teams.at(-1)}` : teams[0] ?? 'your teams';
  const title = !presence ? 'Connecting' : chats.count ? 'Choose a chat' : 'No chats right now';
  const text = !presence ? '' : chats.count ? 'They are listed with the longest wait first.'
    : available ? `You’re available for ${named}. The next one in the queue comes to you by itself.` : 'New chats come to you once you’re available.';
  fill(
    $('nothing'), icon(chats.count ? 'messages-square' : 'coffee'), h('h2', {}, title), h('p', {}, text),
    presence && !available && h('button', { type: 'button', class: 'btn primary', onclick: () => setStatus('available') }, 'Become available'),
  );
}

// -- closing -----------------------------------------------------------------------------

const closing = new CloseDialog({
  words,
  send: async (fields) => {
    const { id, done } = desk.commit('chat.close', { chat: chosen, ...fields });
    try {
      return await done;
    } catch (error) {
      desk.discard(id);
      throw error;
    }
  },
});
$('close').addEventListener('click', () => {
  const held = chats.of(chosen);
  const first = held.started?.subject ?? held.about.subject ?? firstLine(chosen);
  closing.open(held.about, chats.teams.get(held.about.team)?.products ?? [], first);
});

/** The first thing that the customer wrote, as the server would take it for a subject. */
function firstLine(chat) {
  const bubble = logOf(chat).list.querySelector('.msg:not(.mine) .bubble');
  return (bubble?.textContent ?? '').split('\n')[0].trim();
}

// -- status, banners, title --------------------------------------------------------------

async function setStatus(status) {
  try {
    const ok = await desk.command('presence.set', { status });
    presence = { ...presence, status: ok.status ?? status, capacity: ok.capacity ?? presence.capacity };
    say($('line-alert'), '');
  } catch (error) {
    fill($('line-alert'), h('p', { class: 'banner danger' }, icon('circle-alert'), h('span', {}, h('b', {}, 'Your status was not changed.'), ` ${error.message}`)));
  }
  drawPresence();
  draw();
}

function drawPresence() {
  const live = desk.state.line === 'live';
  const [dot, name] = (live && STATUS[presence?.status]) || ['hollow', desk.state.line === 'stopped' ? 'Disconnected' : 'Connecting'];
  $('presence').disabled = !live || !presence;
  $('presence-dot').className = `dot ${dot}`;
  say($('presence-name'), name);
  for (const item of $('presence-menu').querySelectorAll('[data-status]')) item.setAttribute('aria-checked', String(item.dataset.status === presence?.status));
}
menuOf($('presence'), $('presence-menu'));
$('presence-menu').addEventListener('click', (event) => {
  const item = event.target.closest('[data-status]');
  if (item) setStatus(item.dataset.status);
});

const drawBanner = lineBanner({
  status: $('line-status'), desk, words: { lost: 'Connection lost.', safe: 'What you write is kept.' },
  action: (code) => ([4001, 4010].includes(code) ? h('a', { class: 'textbtn', href: `/sign-in?next=${encodeURIComponent('/console')}` }, 'Sign in') : null),
});

function sayBack(gone) {
  // What came meanwhile arrives just after: say it once it is in.
  setTimeout(() => {
    const messages = down?.messages ?? new Set();
    down = null;
    if (gone < SHORT_DROP_MS) return;
    const inChats = new Set([...messages].map((one) => one.split(' ')[0])).size;
    const news = messages.size ? `${messages.size} new message${messages.size === 1 ? '' : 's'} in ${inChats} chat${inChats === 1 ? '' : 's'}.` : 'Nothing new meanwhile.';
    fill($('back-status'), h('p', { class: 'banner ok' }, icon('wifi'), h('span', {}, h('b', {}, `Back after ${span(gone)}.`), ` ${news}`)));
    setTimeout(() => fill($('back-status')), BACK_SHOWN_MS);
  }, 1_000);
}

function drawStuck() {
  const stuck = desk.outbox().some((entry) => entry.status === 'failed' && entry.refusal?.code === 'unavailable');
  if (stuck === Boolean($('line-alert').querySelector('[data-stuck]'))) return;
  fill($('line-alert'), stuck && h('p', { class: 'banner danger', 'data-stuck': true }, icon('database'), h('span', {}, h('b', {}, 'Messages can’t be stored right now.'), ' Nothing is lost: what you send stays with you until it works.')));
}

function draw() {
  drawBanner();
  drawStuck();
  drawRows();
  drawTalk();
  const unread = chats.unread;
  document.title = `${unread ? `(${unread}) ` : ''}Chats · Switchboard`;
  say($('chat-count'), chats.count ? String(chats.count) : '');
}

$('talk-name').addEventListener('click', () => {
  const open = $('about').classList.toggle('open');
  $('talk-name').setAttribute('aria-expanded', String(open));
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && $('about').classList.contains('open')) $('talk-name').click();
});

setInterval(() => {
  drawRows();
  drawQueues();
  if (chosen) drawTalk();
}, 1_000);
draw();
desk.start();
