/**
 * The chat frame: before the chat, in line, the conversation, after it.
 *
 * @import { Ok } from '../shared/client/types.js'
 */

import { openDesk } from '../shared/client/desk.js';
import { DeskError } from '../shared/client/errors.js';
import { idsBy } from '../shared/client/ids.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { clockWords, listed, openWords, opensWords, readersZone, rowsOf } from '../shared/hours.js';
import { Refused, ask } from '../shared/http.js';
import { lineBanner, unstored } from '../shared/line.js';
import { Log } from '../shared/log.js';
import { menuOf } from '../shared/menu.js';
import { about } from '../shared/moments.js';
import { paced } from '../shared/pace.js';
import { firstName, picture } from '../shared/people.js';
import { RemoveDialog } from '../shared/remove.js';
import { TypingSignal, TypingSign } from '../shared/typing.js';
import { vocabulary } from '../shared/vocabulary.js';
import { Host } from './host.js';
import { Request } from './request.js';
import { Visit, afterWords, placeWords } from './visit.js';

const SHAPE_AFTER_MS = 300;
/** How old "in 5 minutes" may grow. */
const REDRAW_MS = 10_000;

const page = pageData();
const words = vocabulary(page);
const zones = { desk: page.timezone, reader: readersZone() };
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
/** A message in place of a chat, although the team is open. */
let leaving = false;
/** It was said what a message without an address means. */
let warned = false;
/** What was left with the message that is a ticket now. @type {{team: string, email?: string}|null} */
let left = null;

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
  else if (visit.phase === 'opening') begin();
  drawForm();
  drawSoon();
  request.retry();
});

/** No chat is there: the form, or what an earlier page had under way. */
function begin() {
  if (starting()) visit.phase = 'starting';
  else if (request.body) visit.phase = 'sending';
  else visit.phase = 'form';
  try {
    const sent = JSON.parse(remembered('left') ?? 'null');
    if (sent?.number && visit.phase === 'form') hasLeft(sent, sent.number);
  } catch {
    remember('left', null);
  }
}

desk.on('event', (frame, { chat, replay }) => {
  if (frame.type === 'chat.started' && (!visit.chat || visit.phase === 'closed') && chat !== visit.chat) adopt(chat);
  if (chat !== visit.chat) return;
  visit.told(frame);
  log?.add(frame, !replay);
  if (frame.type === 'message' && frame.from.kind === 'staff') typing.off();
  // Where the tab that wrote it is gone, nobody else would know that it is a draft no longer.
  if (frame.type === 'message' && frame.from.kind === 'customer' && !replay) dropDraft(frame.text);
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
  if (frame.type === 'hours') drawForm();
  if (frame.chat === visit.chat && frame.type === 'typing' && frame.from.kind === 'staff') typing.on(frame);
  log?.reads(visit.readByStaff);
  drawSoon();
});

desk.on('forgotten', () => {
  for (const key of ['chat', 'name', 'email', 'left']) remember(key, null);
  for (const key of ['new', visit.chat ?? '']) drafts.set(key, '');
  for (const name of ['name', 'email', 'text', 'message']) the(name).value = '';
  request.forget();
  again(false);
});

desk.on('state', drawSoon);
desk.on('outbox', drawSoon);
desk.on('error', (error) => {
  // A remembered chat that is no longer known here: begin afresh.
  if (error.code === 'not_found' && error.chat === visit.chat && !visit.lastSeq) again();
  // The page's proof of who this is has run out: only the page can give another.
  if (error.code === 'unauthorized') host.tell('identify');
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
    remove: (item) => removing.ask(item),
    download,
  });
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

/** A frame on somebody else's page has no session: the address of a file is asked for. @param {import('../shared/story.js').File} file */
async function download(file) {
  try {
    const { data } = await ask('GET', file.url, { bearer: desk.token });
    h('a', { href: data.url, download: file.name }).click();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    alarm('The file did not load.', error.message);
  }
}

/** Said until something else is, or all is well again. @param {string} what @param {string} why */
const alarm = (what, why) => fill(the('line-alert'), h('p', { class: 'banner danger', 'data-said': true }, icon('circle-alert'), h('span', {}, h('b', {}, what), ` ${why}`)));

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

const chosenTeam = () => visit.teams.find((team) => team.team === the('team').value);
/** Nobody is there to chat, or nobody is to be waited for: what is written becomes a ticket. */
const asTicket = () => leaving || visit.phase === 'sending' || chosenTeam()?.open === false;

function drawForm() {
  const given = visit.teams.find((team) => team.team === asked.get('team'));
  const teams = given ? [given] : visit.teams;
  const chosen = the('team').value || remembered('team');
  fill(the('team'), teams.map((team) => h('option', { value: team.team, selected: team.team === chosen }, team.name)));
  the('team-field').hidden = teams.length < 2;
  drawProducts();
}

function drawProducts() {
  const team = chosenTeam();
  const chosen = the('product').value || remembered('product');
  fill(the('product'), (team?.products ?? []).map((name) => h('option', { value: name, selected: name === chosen }, name)));
  the('product-field').hidden = !team?.products?.length;
}

function drawKind() {
  const team = chosenTeam();
  const now = Date.now();
  const ticket = asTicket();
  const shut = team?.open === false;
  the('closed').hidden = !shut;
  if (team && shut) drawOpening(team, now);
  the('email-optional').hidden = ticket;
  the('email-why').hidden = !ticket;
  if (ticket) the('email').setAttribute('aria-describedby', 'email-why');
  else the('email').removeAttribute('aria-describedby');
  say(the('text-label'), ticket ? 'Your message' : 'What can we help with?');
  say(the('ahead'), ticket ? 'You get a ticket number at once.' : aheadWords(team));
  drawNotice(team, shut);
  drawElsewhere(shut);
}

/** @param {import('../shared/types.js').Team} team @param {number} now */
function drawOpening(team, now) {
  say(the('opens'), opensWords(team, now, zones));
  const rows = team.opens_at ? rowsOf(team.opens_at, zones) : [];
  the('zones').hidden = !rows.length;
  if (the('zones').dataset.of === JSON.stringify(rows)) return;
  the('zones').dataset.of = JSON.stringify(rows);
  fill(the('zones'), rows.map(({ zone, time }) => h('div', {}, h('dt', {}, zone), h('dd', {}, time))));
}

/** @param {import('../shared/types.js').Team|undefined} team */
function aheadWords(team) {
  const ahead = team?.waiting ?? 0;
  const wait = team?.wait_s ? `, ${about(team.wait_s)}` : '';
  const people = ahead === 1 ? `1 person ahead of you${wait}. ` : `${ahead} people ahead of you${wait}. `;
  return `${ahead ? people : ''}Colleagues on the team may read along. The conversation is kept as a ticket.`;
}

/** Open, and nobody there: said before somebody types, with the other way. @param {import('../shared/types.js').Team|undefined} team @param {boolean} shut */
function drawNotice(team, shut) {
  const unstaffed = Boolean(team && !shut && team.staffed === false);
  the('notice').hidden = shut || (!unstaffed && !leaving);
  the('notice').classList.toggle('calm', !unstaffed);
  const nobody = unstaffed ? `Nobody is free at ${team?.name} right now. ` : '';
  say(the('notice-text'), nobody + (leaving ? 'Your message becomes a ticket.' : 'You can wait in line.'));
  say(the('swap'), leaving ? 'Chat instead' : 'Leave a message instead');
}

/** Where the chosen team is closed: who is open. @param {boolean} shut */
function drawElsewhere(shut) {
  const others = shut && !the('team-field').hidden ? visit.teams.filter((team) => team.open) : [];
  the('elsewhere').hidden = !others.length;
  the('elsewhere').dataset.team = others[0]?.team ?? '';
  say(the('elsewhere'), others.length ? `${listed(others.map(({ name }) => name))} ${others.length > 1 ? 'are' : 'is'} open now` : '');
}

the('elsewhere').addEventListener('click', () => {
  the('team').value = the('elsewhere').dataset.team;
  changeTeam();
  the('team').focus();
});
the('swap').addEventListener('click', () => {
  leaving = !leaving;
  refuse('');
  draw();
  the('text').focus();
});

function changeTeam() {
  leaving = false;
  refuse('');
  drawProducts();
  draw();
}
the('team').addEventListener('change', changeTeam);
for (const name of ['name', 'email']) the(name).value = remembered(name) ?? '';
the('text').value = drafts.get('new');
the('text').addEventListener('input', () => drafts.set('new', the('text').value));
the('email').addEventListener('input', () => {
  if (!warned) return;
  warned = false;
  refuse('');
  draw();
});

the('form').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  if (visit.phase !== 'form') return;
  const value = (/** @type {string} */ id) => the(id).value.trim() || undefined;
  if (!the('text').value.trim()) return refuse('Write a few words first, then we know where to begin.', 'text');
  if (!the('email').validity.valid) return refuse('This does not look like an e-mail address. Leave it empty if you would rather not give one.', 'email');
  if (asTicket() && !value('email') && !warned) {
    warned = true;
    refuse('Without an address nobody can answer you. Give one, or send it as it is.', 'email');
    return draw();
  }
  refuse('');
  for (const id of ['name', 'email', 'team', 'product']) remember(id, value(id));
  const fields = { team: the('team').value, text: the('text').value, product: value('product'), name: value('name'), email: value('email') };
  if (asTicket()) {
    visit.phase = 'sending';
    request.send(fields);
  } else {
    visit.begin('starting');
    watchStart(desk.commit('chat.start', fields).done);
  }
  draw();
});

/** @param {Promise<Ok>} done */
function watchStart(done) {
  done.then(
    (ok) => {
      if (ok.chat !== visit.chat) adopt(ok.chat);
      visit.holds(ok);
      written();
      draw();
    },
    (error) => {
      for (const entry of desk.outbox()) if (entry.type === 'chat.start') desk.discard(entry.id);
      if (error.code === 'discarded') return;
      if (error.code === 'already_chatting' && error.chat) {
        visit.join(error.chat);
        remember('chat', error.chat);
        follow(error.chat);
      } else {
        visit.begin('form');
        notStarted(error);
      }
      draw();
    },
  );
}

/** The text stays where it is; where nobody can take the chat, it is offered as a message. @param {DeskError} error */
function notStarted(error) {
  if (error.code === 'team_closed') {
    const team = the('team').value;
    visit.closedFor(team, error.refusal.opens_at ?? null);
    refuse(`${visit.teamName(team)} has just closed. What you wrote is still here: send it as a message.`);
    return;
  }
  leaving = error.code === 'queue_full';
  refuse(Object.values(error.fields ?? {})[0] ?? error.message);
}

/** @param {string|null} text that is stored now */
function dropDraft(text) {
  drafts.drop(text);
  if (text && the('text').value === text) the('text').value = '';
}

/** What was in the form is stored now, and a draft no longer. */
function written() {
  drafts.set('new', '');
  the('text').value = '';
  warned = false;
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

// -- a message in a chat's place -----------------------------------------------------------

const request = new Request({
  storage,
  newKey: idsBy(() => Date.now()),
  post: async ({ key, body }) => {
    // Before the first `hello` there is nobody to send it as.
    if (!desk.token) throw new Refused(0, { detail: 'There is no connection yet.' });
    const { data } = await ask('POST', '/api/tickets', { body, bearer: desk.token, headers: { 'Idempotency-Key': key } });
    return data.number;
  },
  stored: (body, number) => {
    written();
    remember('left', JSON.stringify({ team: body.team, email: body.email, number }));
    hasLeft(body, number);
    draw();
  },
  refused: (body, error) => {
    visit.phase = 'form';
    if (!the('text').value) the('text').value = body.text;
    refuse(Object.values(error.fields)[0] ?? error.message);
    draw();
  },
  putOff: (error) => {
    refuse(`${error.status ? error.message : 'We can’t reach the desk.'} Your message is kept here and is sent as soon as it works.`);
    draw();
  },
});
addEventListener('online', () => request.retry());

/** @param {{team: string, email?: string}} body @param {number} number */
function hasLeft(body, number) {
  visit.begin('left');
  visit.team = body.team;
  visit.outcome = { ticket: number, status: 'open', reason: 'message' };
  left = body;
  refuse('');
}

// -- leaving, ending, beginning again ----------------------------------------------------

async function end() {
  if (!visit.chat) return;
  try {
    await commit('chat.end', { chat: visit.chat });
  } catch (error) {
    if (error instanceof DeskError && error.code !== 'chat_closed') alarm('The chat did not end.', error.message);
  }
}

/** @param {boolean} [asked] by whoever reads */
function again(asked = true) {
  if (visit.chat) desk.unfollow(visit.chat);
  for (const entry of unsent()) desk.discard(entry.id);
  remember('chat', null);
  remember('left', null);
  leaving = false;
  ratingDrawn = '';
  followed = null;
  log = null;
  rereading = false;
  visit.begin('form');
  drawForm();
  draw();
  if (asked) focusIn();
}

the('leave').addEventListener('click', end);
the('keep').addEventListener('click', async () => {
  if (!visit.chat) return;
  the('keep-wrong').hidden = true;
  the('keep').disabled = true;
  try {
    await commit('chat.wait', { chat: visit.chat });
  } catch (error) {
    the('keep-wrong').textContent = error instanceof DeskError ? error.message : '';
    the('keep-wrong').hidden = false;
  }
  the('keep').disabled = false;
  draw();
});

the('rate').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const score = Number(the('rate').elements.namedItem('score').value);
  const comment = the('comment').value.trim();
  say(the('rate-wrong'), score ? '' : 'Choose from one to five stars first.');
  the('rate-wrong').hidden = Boolean(score);
  if (!score || !visit.chat) return;
  the('send-rating').disabled = true;
  try {
    await commit('chat.rate', { chat: visit.chat, score, comment: comment || undefined });
  } catch (error) {
    say(the('rate-wrong'), error instanceof DeskError ? error.message : '');
    the('rate-wrong').hidden = false;
  }
  the('send-rating').disabled = false;
  drawSoon();
});
the('rate').addEventListener('input', drawSoon);
the('end').addEventListener('click', () => the('end-dialog').showModal());
the('end-dialog').addEventListener('close', () => {
  if (the('end-dialog').returnValue === 'end') end();
  the('end-dialog').returnValue = '';
});
for (const button of document.querySelectorAll('[data-again]')) button.addEventListener('click', () => again());
the('reread').addEventListener('click', () => {
  rereading = true;
  draw();
  the('scroller').focus();
});

// -- drawing -----------------------------------------------------------------------------

function view() {
  if (visit.phase === 'opening') return 'opening';
  if (visit.phase === 'form' || visit.phase === 'starting' || visit.phase === 'sending') return 'form';
  if (visit.phase === 'queued') return 'queued';
  if (visit.phase === 'left') return 'after';
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
  const undecided = visit.decideBy && !open ? 1 : 0;
  const news = { unread: visit.unread + undecided, chat: Boolean(visit.chat && visit.phase !== 'closed') };
  if (visit.phase === 'opening' || toldPage === JSON.stringify(news)) return;
  toldPage = JSON.stringify(news);
  host.tell('news', news);
}

function drawHead() {
  const { phase, agent } = visit;
  const support = `${visit.teamName()} support`;
  const ask = asTicket() ? 'Leave us a message' : 'Chat with us';
  const [title, subtitle] = {
    opening: ['Chat with us', 'Opening'],
    form: [ask, teamWords()],
    starting: [ask, 'Sending'],
    sending: [ask, 'Sending'],
    queued: [support, visit.decideBy ? `Closes at ${clockWords(visit.decideBy, zones)}` : 'You’re in line'],
    active: [agent?.name ?? support, agent?.connected === false ? 'Reconnecting' : support],
    closed: ['Chat ended', support],
    left: ['Message sent', support],
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

function teamWords() {
  const team = chosenTeam();
  if (!team) return 'We answer here';
  return team.open ? openWords(team, Date.now(), zones) : `${team.name} is closed now`;
}

function drawPhase() {
  const { phase } = visit;
  if (view() === 'form') drawEntry();
  else if (phase === 'queued') drawQueued();
  else if (visit.outcome) drawOutcome(visit.outcome);
  the('compose').hidden = phase === 'closed';
  the('over').hidden = phase !== 'closed';
}

function drawEntry() {
  const busy = visit.phase !== 'form';
  for (const field of the('form').elements) field.disabled = busy;
  drawKind();
  const send = asTicket() ? (warned ? 'Send without an address' : 'Send the message') : 'Start the chat';
  say(the('start'), busy ? (visit.phase === 'sending' ? 'Sending' : 'Starting') : send);
}

function drawQueued() {
  const { figure, line } = placeWords(visit.position, visit.waitS, about);
  say(the('place'), figure);
  say(the('place-line'), line);
  const { decideBy, waitsUntil } = visit;
  the('in-line').hidden = Boolean(decideBy);
  the('closing').hidden = !decideBy;
  const by = decideBy && clockWords(decideBy, zones);
  say(the('closing-line'), `${line}. What would you like if nobody is free by ${by}?`);
  say(the('closing-said'), by ? `We may not reach you before closing at ${by}. If you do nothing, it becomes a ticket.` : '');
  say(the('leave'), decideBy ? 'Leave it as a message now' : 'Leave it as a message instead');
  say(the('in-line-text'), waitsUntil
    ? `You keep your place until ${clockWords(waitsUntil, zones)}. If nobody is free by then, it becomes a ticket.`
    : 'Carry on with your work. This window keeps your place and tells you when someone joins.');
}

/** @param {import('./visit.js').Outcome} outcome */
function drawOutcome(outcome) {
  const team = visit.teams.find((one) => one.team === visit.team);
  const opens = team?.open === false && team.opens_at ? opensWords(team, Date.now(), zones) : '';
  const reason = outcome.reason === 'ended' && !visit.wasAnswered ? 'abandoned' : outcome.reason;
  const { title, text } = afterWords({ ...outcome, reason }, { status: words.status(outcome.status), team: visit.teamName(), opens, address: Boolean(left?.email) });
  say(the('after-title'), title);
  say(the('after-text'), text);
  say(the('over-line'), title);
  const message = visit.phase === 'left';
  the('reread').hidden = message;
  say(the('again'), message ? 'New message' : 'New chat');
  drawRating();
}

let ratingDrawn = '';
function drawRating() {
  const rateable = visit.rateable(Date.now());
  the('rate').hidden = !rateable;
  the('send-rating').hidden = !rateable;
  the('again').classList.toggle('primary', !rateable);
  if (!rateable) return;
  const { rating } = visit;
  const key = JSON.stringify([visit.chat, rating]);
  if (ratingDrawn !== key) {
    ratingDrawn = key;
    for (const star of the('rate').elements.namedItem('score')) star.checked = Number(star.value) === rating?.score;
    the('comment').value = rating?.comment ?? '';
    the('rate-wrong').hidden = true;
  }
  const same = rating && Number(the('rate').elements.namedItem('score').value) === rating.score && the('comment').value.trim() === (rating.comment ?? '');
  say(the('rated'), same ? `You rated it ${rating.score} of 5. You can change that.` : '');
  say(the('send-rating'), rating ? 'Change rating' : 'Send rating');
}

function retryUnstored() {
  for (const entry of unstored(unsent())) desk.retry(entry.id);
}

const drawBanner = lineBanner({ status: the('line-status'), desk, words: { lost: 'No connection.', safe: 'You can go on writing.' } });
function drawLine() {
  drawBanner();
  const stuck = unstored(unsent());
  if (stuck.length > 0 === Boolean(the('line-alert').firstElementChild) || the('line-alert').querySelector('[data-said]')) return;
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
  const first = { opening: null, form: the('team-field').hidden ? the('text') : the('team'), talk: visit.phase === 'closed' ? the('scroller') : the('message'), queued: visit.decideBy ? the('keep') : the('leave'), after: the('after-title') }[view()];
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
  if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) minimise();
});
menuOf(the('more-button'), the('more-menu'));

host.on('identify', ({ token }) => typeof token === 'string' && desk.identify(token));
host.on('signOut', () => {
  desk.forget();
  desk.start();
});

setTimeout(draw, SHAPE_AFTER_MS + 20);
setInterval(drawSoon, REDRAW_MS);
draw();
pageIsAt = await host.page();
desk.start();
const underWay = desk.outbox().find((entry) => entry.type === 'chat.start');
if (underWay) {
  visit.begin('starting');
  watchStart(desk.done(underWay.id));
  draw();
}
