/** The chat frame: before the chat, in line, the conversation, after it. */

import { openDesk } from '../shared/client/desk.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { fill, h, icon, pageData, say } from '../shared/dom.js';
import { lineBanner } from '../shared/line.js';
import { Log } from '../shared/log.js';
import { menuOf } from '../shared/menu.js';
import { about } from '../shared/moments.js';
import { firstName, picture } from '../shared/people.js';
import { TypingSignal, TypingSign } from '../shared/typing.js';
import { vocabulary } from '../shared/vocabulary.js';
import { Host } from './host.js';
import { Visit, afterWords, placeWords } from './visit.js';

const SHAPE_AFTER_MS = 300;
const $ = (id) => document.getElementById(id);

const words = vocabulary(pageData());
const storage = localStore();
const drafts = new Drafts('customer', storage);
const host = new Host(window);
const visit = new Visit();
const asked = new URLSearchParams(location.search);
const mark = $('who').firstElementChild;

let open = !host.framed;
let rereading = false;
let pageIsAt = {};
let log = null;
let followed = null;

const remember = (key, value) => {
  try {
    if (value) storage?.setItem(`switchboard.customer.${key}`, value);
    else storage?.removeItem(`switchboard.customer.${key}`);
  } catch {
    // It holds until the page is left.
  }
};
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

// -- what is heard -----------------------------------------------------------------------

desk.on('hello', (ok) => {
  const chat = visit.greeted(ok, remembered('chat'));
  if (chat) follow(chat);
  else if (!visit.chat) visit.phase = starting() ? 'starting' : visit.phase === 'opening' ? 'form' : visit.phase;
  drawForm();
  draw();
});

desk.on('event', (frame, { chat, replay }) => {
  if (!visit.chat && frame.type === 'chat.started') adopt(chat);
  if (chat !== visit.chat) return;
  if (!log) newLog();
  visit.told(frame);
  log.add(frame, !replay);
  if (frame.type === 'message' && frame.from.kind === 'staff') typing.off();
  if (frame.type === 'chat.closed') typing.off();
  draw();
});

desk.on('resumed', (ok) => {
  if (ok.chat && ok.chat !== visit.chat) return;
  visit.holds(ok);
  log?.reads(visit.readByStaff);
  $('scroller').removeAttribute('aria-busy');
  draw();
});

desk.on('news', (frame) => {
  visit.heard(frame);
  if (frame.chat === visit.chat && frame.type === 'typing' && frame.from.kind === 'staff') typing.on(frame);
  log?.reads(visit.readByStaff);
  draw();
});

desk.on('state', draw);
desk.on('outbox', draw);
desk.on('error', (error) => {
  // A remembered chat that is no longer known here: begin afresh.
  if (error.code === 'not_found' && visit.chat && !visit.lastSeq) again();
});

// -- the conversation --------------------------------------------------------------------

function follow(chat) {
  if (followed === chat) return;
  followed = chat;
  $('scroller').setAttribute('aria-busy', 'true');
  newLog();
  desk.follow(chat, 0);
}

function adopt(chat) {
  visit.begin('queued');
  visit.join(chat);
  remember('chat', chat);
  followed = chat;
  rereading = false;
  newLog();
}

function newLog() {
  log = new Log($('log'), $('scroller'), {
    viewer: { side: 'customer', id: desk.hello?.visitor ?? null },
    words: { team: (key) => visit.teamName(key), status: words.status, code: words.code },
    retry: (id) => desk.retry(id),
    discard: (id) => desk.discard(id),
  });
}

const typing = new TypingSign((sender) => log?.typing(sender));
const signal = new TypingSignal((on) => visit.chat && visit.phase === 'active' && desk.cast('typing', { chat: visit.chat, on }));

const starting = () => desk.outbox().find((entry) => entry.type === 'chat.start' && entry.status !== 'failed');
const unsent = () => (visit.chat ? desk.outbox(visit.chat) : []);

$('compose').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = $('message').value;
  if (!text.trim() || !visit.chat) return;
  signal.stop();
  const { done } = desk.commit('message.send', { chat: visit.chat, text });
  done.catch(() => {}); // the outbox shows it
  $('message').value = '';
  drafts.set(visit.chat, '');
  grow();
  log?.toEnd();
  $('message').focus();
});

$('message').addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $('compose').requestSubmit();
});

$('message').addEventListener('input', () => {
  grow();
  if (visit.chat) drafts.set(visit.chat, $('message').value);
  if ($('message').value) signal.touch();
  else signal.stop();
});

function grow() {
  const box = $('message');
  box.style.blockSize = '';
  if (box.value) box.style.blockSize = `${Math.max(box.clientHeight, box.scrollHeight)}px`;
}

// -- before the chat ---------------------------------------------------------------------

function drawForm() {
  const given = visit.teams.find((team) => team.team === asked.get('team'));
  const teams = given ? [given] : visit.teams;
  const chosen = $('team').value || remembered('team');
  fill($('team'), teams.map((team) => h('option', { value: team.team, selected: team.team === chosen }, team.name)));
  $('team-field').hidden = teams.length < 2;
  drawProducts();
}

function drawProducts() {
  const team = visit.teams.find((one) => one.team === $('team').value);
  const chosen = $('product').value || remembered('product');
  fill($('product'), (team?.products ?? []).map((name) => h('option', { value: name, selected: name === chosen }, name)));
  $('product-field').hidden = !team?.products?.length;
  const ahead = team?.waiting ?? 0;
  const people = ahead === 1 ? '1 person ahead of you. ' : `${ahead} people ahead of you. `;
  say($('ahead'), `${ahead ? people : ''}Colleagues on the team may read along. The conversation is kept as a ticket.`);
}

$('team').addEventListener('change', () => {
  drawProducts();
  draw();
});
for (const name of ['name', 'email']) $(name).value = remembered(name) ?? '';
$('text').value = drafts.get('new');
$('text').addEventListener('input', () => drafts.set('new', $('text').value));

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const value = (id) => $(id).value.trim() || undefined;
  if (!$('text').value.trim()) return refuse('Write a few words first, then we know where to begin.', 'text');
  if (!$('email').validity.valid) return refuse('This does not look like an e-mail address. Leave it empty if you would rather not give one.', 'email');
  refuse('');
  for (const id of ['name', 'email', 'team', 'product']) remember(id, value(id));
  const fields = { team: $('team').value, text: $('text').value, product: value('product'), name: value('name'), email: value('email') };
  const { done } = desk.commit('chat.start', fields);
  visit.begin('starting');
  watchStart(done);
  draw();
});

function watchStart(done) {
  done.then(
    (ok) => {
      if (ok.chat !== visit.chat) adopt(ok.chat);
      visit.holds(ok);
      drafts.set('new', '');
      $('text').value = '';
      draw();
    },
    (error) => {
      for (const entry of desk.outbox().filter((one) => one.type === 'chat.start')) desk.discard(entry.id);
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

function refuse(sentence, field) {
  $('form-wrong').hidden = !sentence;
  $('form-wrong').textContent = sentence;
  for (const id of ['text', 'email']) {
    if (id === field) $(id).setAttribute('aria-invalid', 'true');
    else $(id).removeAttribute('aria-invalid');
  }
  if (field) $(field).focus();
}

// -- leaving, ending, beginning again ----------------------------------------------------

async function end() {
  if (!visit.chat) return;
  const { id, done } = desk.commit('chat.end', { chat: visit.chat });
  try {
    await done;
  } catch (error) {
    desk.discard(id);
    if (error.code !== 'chat_closed') say($('line-alert'), error.message);
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

$('leave').addEventListener('click', end);
$('end').addEventListener('click', () => $('end-dialog').showModal());
$('end-dialog').addEventListener('close', () => {
  if ($('end-dialog').returnValue === 'end') end();
  $('end-dialog').returnValue = '';
});
for (const button of document.querySelectorAll('[data-again]')) button.addEventListener('click', again);
$('reread').addEventListener('click', () => {
  rereading = true;
  draw();
  $('scroller').focus();
});

// -- drawing -----------------------------------------------------------------------------

function view() {
  if (visit.phase === 'opening') return 'opening';
  if (visit.phase === 'form' || visit.phase === 'starting') return 'form';
  if (visit.phase === 'queued') return 'queued';
  return visit.phase === 'closed' && !rereading && !unsent().length ? 'after' : 'talk';
}

let openingSince = Date.now();
function draw() {
  const now = view();
  const before = $('widget').dataset.phase;
  $('widget').dataset.phase = now;
  for (const one of document.querySelectorAll('[data-view]')) one.hidden = one.dataset.view !== now;
  if (now === 'opening') $('opening').hidden = Date.now() - openingSince < SHAPE_AFTER_MS;
  drawHead();
  drawLine();
  drawPhase();
  log?.pending(unsent(), desk.state.line === 'live');
  drawAgentGone();
  if (now !== before && open && before !== 'opening') focusIn();
  if (now === 'talk' && before !== 'talk') {
    $('message').value = drafts.get(visit.chat);
    grow();
    log?.toEnd();
  }
  readAll();
  host.tell('news', { unread: visit.unread, chat: Boolean(visit.chat && visit.phase !== 'closed') });
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
  say($('title'), title);
  say($('subtitle'), subtitle);
  const who = phase === 'active' && agent ? `${agent.id}${agent.connected}${desk.state.line}` : 'mark';
  if ($('who').dataset.of !== who) {
    $('who').dataset.of = who;
    const dot = desk.state.line !== 'live' ? '' : agent?.connected === false ? 'warn' : 'ok';
    fill($('who'), who === 'mark' ? mark : picture(agent, { size: 'lg', dot }));
  }
  $('more').hidden = phase !== 'active';
  $('minimise').hidden = !host.framed;
}

function openWords() {
  const team = visit.teams.find((one) => one.team === $('team').value);
  if (!team) return 'We answer here';
  return team.open ? `${team.name} is open now` : `${team.name} is closed now`;
}

function drawPhase() {
  if (visit.phase === 'form' || visit.phase === 'starting') {
    const busy = visit.phase === 'starting';
    for (const field of $('form').elements) field.disabled = busy;
    say($('start'), busy ? 'Starting' : 'Start the chat');
  } else if (visit.phase === 'queued') {
    const { figure, line } = placeWords(visit.position, visit.waitS, about);
    say($('place'), figure);
    say($('place-line'), line);
  } else if (visit.phase === 'closed') {
    const { title, text } = afterWords(visit.closing, words.status(visit.closing.status), visit.teamName());
    say($('after-title'), title);
    say($('after-text'), text);
    say($('over-line'), title);
  }
  $('compose').hidden = visit.phase === 'closed';
  $('over').hidden = visit.phase !== 'closed';
}

const drawBanner = lineBanner({ status: $('line-status'), desk, words: { lost: 'No connection.', safe: 'You can go on writing.' } });
function drawLine() {
  drawBanner();
  const stuck = unsent().filter((entry) => entry.status === 'failed' && entry.refusal?.code === 'unavailable');
  const shown = stuck.length && h(
    'p', { class: 'banner danger' }, icon('circle-alert'),
    h('span', {}, h('b', {}, 'We can’t save messages right now.'), ' Yours is kept here and has not been sent.'),
    h('button', { type: 'button', class: 'textbtn', onclick: () => stuck.forEach((entry) => desk.retry(entry.id)) }, 'Retry'),
  );
  if (Boolean(shown) !== Boolean($('line-alert').firstElementChild)) fill($('line-alert'), shown);
}

function drawAgentGone() {
  const gone = visit.phase === 'active' && visit.agent?.connected === false && desk.state.line === 'live';
  const text = gone ? `${firstName(visit.agent.name)}’s connection dropped. What you write is kept and waits for them.` : null;
  if (log && (log.asideLine?.textContent ?? null) !== text) log.aside(text);
}

// -- focus, reading, the page around -------------------------------------------------------

function focusIn() {
  const first = { form: $('team-field').hidden ? $('text') : $('team'), talk: visit.phase === 'closed' ? $('scroller') : $('message'), queued: $('leave'), after: document.querySelector('#after [data-again]') }[view()];
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
  draw();
  if (focus) focusIn();
});
host.on('small', () => {
  open = false;
  draw();
});
const minimise = () => host.tell('minimise');
$('minimise').addEventListener('click', minimise);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !event.defaultPrevented && !$('end-dialog').open) minimise();
});
menuOf($('more-button'), $('more-menu'));

setTimeout(draw, SHAPE_AFTER_MS + 20);
draw();
pageIsAt = await host.page();
desk.start();
const before = starting();
if (before) {
  visit.begin('starting');
  draw();
}
