/**
 * One ticket: its story, its properties, its history; and answering it.
 *
 * @import { Item } from '../shared/story.js'
 * @import { Change, Team, Ticket } from '../shared/types.js'
 */

import '../shared/bar.js';
import { committed } from '../shared/committing.js';
import { Drafts, localStore } from '../shared/drafts.js';
import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { Refused, ask, final } from '../shared/http.js';
import { markup } from '../shared/message.js';
import { day, sameDay, stamp } from '../shared/days.js';
import { clock, long, span, timer } from '../shared/moments.js';
import { NAMELESS, firstName, mailAddress, picture } from '../shared/people.js';
import { RemoveDialog } from '../shared/remove.js';
import { grouped, mayTakeBack } from '../shared/story.js';
import { shapeOf, statusTag, vocabulary } from '../shared/vocabulary.js';
import { choices } from './codes.js';
import { staysAtEnd } from './end.js';
import { COMMAND } from './keyboard.js';
import { neighbours } from './order.js';
import { EDITABLE, FLAGS, NAMES, WITH_REPLY, changes, differences, toForm, visible } from './properties.js';
import { Sending, whyNot } from './sending.js';
import { itemsOf } from './ticket-story.js';
import { times } from './times.js';
import { watchChats } from './watch.js';

const page = pageData();
const words = vocabulary(page);
const address = `/api/tickets/${page.number}`;
const storage = localStore();
const drafts = new Drafts(`ticket.${page.me.id}`, storage);
const desk = watchChats(page.me);
const supervises = page.me.role === 'supervisor';

/** With whom a ticket is. @type {Record<string, string>} */
const WITH = { support: 'Support', product: 'Product and development' };
/** What an empty field says. @type {Record<string, string>} */
const EMPTY = {
  client: 'None',
  external_ref: 'None',
  participants: 'Add addresses',
  duplicate_of: 'Ticket number',
  subject: 'None',
};
/** As a sentence of the history says it, where that is another than the field's name. @type {Record<string, string>} */
const IN_SENTENCES = { with: 'With', external_ref: 'the reference' };

/** @type {Ticket} set before anything is drawn */
let ticket;
let etag = '';
/** @type {Team[]} */
let teams = [];
/** @type {Array<{staff: string, name: string, teams: string[]}>} colleagues on the reader's teams */
let people = [];
/** @type {Record<string, string>} */
let form = {};

/** @param {string} key */
const teamName = (key) => teams.find((team) => team.team === key)?.name ?? key;

async function load() {
  const shape = setTimeout(
    () => fill(the('rest'), h('span', { class: 'sr' }, 'Loading the ticket'), storyShape()),
    300,
  );
  try {
    const [found, hours, staff] = await Promise.all([
      ask('GET', address),
      ask('GET', '/api/hours'),
      ask('GET', '/api/staff'),
    ]);
    teams = hours.data.teams;
    people = staff.data;
    take(found);
    fill(the('rest'));
    the('props').hidden = false;
    the('compose').hidden = false;
    drawComposer();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    const missing = error.status === 404 || error.status === 403;
    fill(
      the('rest'),
      h(
        'div',
        { class: 'empty' },
        icon(missing ? 'ticket' : 'cloud-alert'),
        h('h2', {}, missing ? 'Ticket not found' : 'This ticket didn’t load'),
        h('p', {}, missing ? `Ticket #${page.number} doesn’t exist, or you can’t see it.` : error.message),
        missing
          ? h('a', { class: 'btn', href: '/tickets' }, 'All tickets')
          : h('button', { type: 'button', class: 'btn', onclick: load }, 'Try again'),
      ),
    );
  } finally {
    clearTimeout(shape);
  }
}

/** Where its times, and what was said on either side, are going to be. */
const storyShape = () =>
  h(
    'div',
    { class: 'bones', 'aria-hidden': 'true' },
    ...['times', 'them', 'us', 'them long'].map((of) => h('i', { class: `bone ${of}` })),
  );

/** @param {{data: Ticket, etag: string|null}} answer */
function take({ data, etag: tag }) {
  ticket = data;
  etag = tag ?? `"${data.version}"`;
  form = toForm(ticket);
  drawHead();
  drawStory();
  drawForm();
  drawPeople();
  drawHistory();
  drawComposer();
}

// -- head and story ----------------------------------------------------------------------

function drawHead() {
  const who = ticket.requester?.name ?? ticket.requester?.email ?? NAMELESS;
  say(the('subject'), ticket.subject || 'No subject');
  document.title = `#${ticket.number} ${ticket.subject ?? ''}`;
  fill(
    the('head-facts'),
    statusTag(ticket.status, words.status(ticket.status), Boolean(ticket.closed_at)),
    h('span', { dir: 'auto' }, [who, ticket.client].filter(Boolean).join(', ')),
    h('span', {}, `${ticket.channel}, ${teamName(ticket.team)}`),
    (ticket.flags ?? []).map((flag) => h('span', { class: 'tag flag' }, icon('circle-alert'), FLAGS[flag] ?? flag)),
  );
}

function drawStory() {
  const items = itemsOf(
    ticket,
    { side: 'staff', id: page.me.id },
    { team: teamName, status: words.status, code: words.code },
  );
  fill(
    the('log'),
    summary(),
    items.map((item, at) =>
      markup(item, {
        first: !grouped(items[at - 1], item),
        last: !grouped(item, items[at + 1]),
        side: 'staff',
        remove: remover(item),
      }),
    ),
    !items.length && h('p', { class: 'event' }, h('span', {}, 'No messages yet.')),
  );
}

/** Only what stands in a chat can be taken away; by whoever wrote it, for a while, and by supervisors. @param {Item} item */
function remover(item) {
  const may =
    item.chat &&
    !item.redacted &&
    (item.kind === 'message' || item.kind === 'note') &&
    (supervises || mayTakeBack(item, Date.now()));
  return may ? () => removing.ask(item) : null;
}

const removing = new RemoveDialog(async (fields) => {
  await committed(desk, 'message.redact', fields);
  await refresh();
});

/** What was typed into the properties stays. */
async function refresh() {
  const mine = form;
  const untouched = toForm(ticket);
  take(await ask('GET', address));
  form = Object.fromEntries(EDITABLE.map((name) => [name, mine[name] === untouched[name] ? form[name] : mine[name]]));
  drawForm();
  drawComposer();
}

function summary() {
  const seen = times(ticket.transcript ?? []);
  if (!seen) return null;
  const facts = [
    ['In the queue', seen.queued !== null && timer(seen.queued)],
    ['First reply', seen.firstReply !== null && timer(seen.firstReply)],
    ['Longest gap', seen.longestGap !== null && timer(seen.longestGap)],
    ['Chat', seen.length !== null && span(seen.length)],
    ['Handled by', seen.hands.map(firstName).join(', ')],
  ].filter(([, value]) => value);
  return h(
    'dl',
    { class: 'summary' },
    facts.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  );
}

// -- properties --------------------------------------------------------------------------

function drawForm() {
  const shown = visible(form, ticket.status);
  const closed = Boolean(ticket.closed_at);
  fill(
    the('kv'),
    EDITABLE.filter((name) => shown.has(name)).map((name) => property(name, closed)),
    ticket.reopen_until && !closed && fixed('Can reopen', `until ${day(ticket.reopen_until, Date.now())}`),
    ticket.closed_at && fixed('Closed', `for good, ${stamp(ticket.closed_at, Date.now())}`),
    ticket.waiting_since && fixed('Waiting on us', `since ${stamp(ticket.waiting_since, Date.now())}`),
    (ticket.duplicates ?? []).length > 0 &&
      h(
        'p',
        { class: 'prop' },
        h('span', { class: 'name' }, 'Duplicates'),
        h('span', { class: 'fixed links' }, (ticket.duplicates ?? []).map(ticketLink)),
      ),
    ticket.duplicate_of &&
      form.duplicate_of === String(ticket.duplicate_of) &&
      h(
        'p',
        { class: 'prop' },
        h('span', { class: 'name' }, 'Original'),
        h('span', { class: 'fixed links' }, ticketLink(ticket.duplicate_of)),
      ),
    ticket.rating &&
      h(
        'p',
        { class: 'prop' },
        h('span', { class: 'name' }, 'Rated'),
        h('span', { class: 'fixed num stars' }, stars(ticket.rating), `${ticket.rating} of 5`),
      ),
    ticket.follow_up_of &&
      h(
        'p',
        { class: 'prop' },
        h('span', { class: 'name' }, 'Follows'),
        h('a', { class: 'fixed link', href: `/tickets/${ticket.follow_up_of}` }, `#${ticket.follow_up_of}`),
      ),
  );
  drawSave();
}

/** @param {number} number */
const ticketLink = (number) => h('a', { class: 'link', href: `/tickets/${number}` }, `#${number}`);

/** @param {number} score */
const stars = (score) =>
  Array.from({ length: 5 }, (_, at) =>
    h('span', { class: at < score ? 'on' : '', 'aria-hidden': 'true' }, icon('star')),
  );

/** @param {string} name @param {string} text */
const fixed = (name, text) =>
  h('p', { class: 'prop' }, h('span', { class: 'name' }, name), h('span', { class: 'fixed num' }, text));

/** @param {string} name @param {boolean} closed for good */
function property(name, closed) {
  const field = input(name);
  field.disabled = closed;
  field.addEventListener('input', () => {
    form[name] = field.value;
    if (['status', 'with', 'resolution', 'product', 'team', 'assignee'].includes(name)) redraw(name);
    else drawSave();
    drawComposer();
  });
  const hint =
    name === 'resolution' && form.resolution
      ? words.meaning(form.resolution)
      : name === 'workaround' && form.status === 'fixed_pending_rca'
        ? 'Required. The customer sees this.'
        : '';
  const picks = field.tagName === 'SELECT';
  const look = picks ? lookOf(name) : null;
  return h(
    'label',
    { class: 'prop', 'data-field': name },
    h('span', { class: 'name' }, NAMES[name]),
    picks
      ? h('span', { class: look ? `pick drawn ${look.of}` : 'pick' }, look?.drawing, field, icon('chevron-down'))
      : field,
    hint && h('span', { class: 'hint' }, hint),
    h('p', { class: 'wrong', id: `${name}-wrong`, 'data-wrong': name, role: 'alert', hidden: true }),
  );
}

/** What is drawn before a choice: the shape of a status, the picture of a person. @param {string} name */
function lookOf(name) {
  if (name === 'status') {
    const [look, shape] = shapeOf(form.status);
    return { of: `status ${look}`, drawing: icon(ticket.closed_at ? 'lock' : shape) };
  }
  if (name !== 'assignee' || !form.assignee) return null;
  const { id, name: called } = person(form.assignee);
  return { of: '', drawing: picture({ id, name: called }, { size: 'sm' }) };
}

/** @param {string} id of staff */
function person(id) {
  const known =
    id === page.me.id ? page.me.name : (people.find(({ staff }) => staff === id)?.name ?? ticket.assignee?.name);
  return { id, name: known ?? id };
}

/** @param {string} name what the focus was in */
function redraw(name) {
  drawForm();
  the('kv').querySelector(`[data-field=${name}] .field`)?.focus();
}

/** @param {string} name @returns {any} an input, a select or a textarea */
function input(name) {
  if (name === 'workaround' || name === 'finding') return textarea(name);
  if (name === 'subject') return oneLine(name);
  if (name in EMPTY)
    return h('input', {
      class: 'field',
      name,
      value: form[name],
      autocomplete: 'off',
      dir: 'auto',
      maxlength: name === 'participants' ? 2_000 : 200,
      placeholder: EMPTY[name],
      inputmode: name === 'duplicate_of' ? 'numeric' : null,
    });
  /** @type {Record<string, () => Array<[string, string]>>} */
  const options = {
    status: () => words.statuses.map((status) => [status.key, status.name]),
    with: () => [['', 'Not set'], ...Object.entries(WITH)],
    resolution: () => [['', 'None'], ...codesNow()],
    product: () => [['', 'No product'], ...productsNow()],
    team: () => teams.map((team) => [team.team, team.name]),
    assignee: () => [['', 'Unassigned'], [page.me.id, `${page.me.name} (you)`], ...colleagues()],
  };
  const chosen = options[name]();
  if (!chosen.some(([value]) => value === form[name]))
    chosen.push([form[name], name === 'resolution' ? words.code(form[name]) : form[name]]);
  return h(
    'select',
    { class: 'field', name },
    chosen.map(([value, shown]) => h('option', { value, selected: value === form[name] }, shown)),
  );
}

/** @returns {Array<[string, string]>} */
function codesNow() {
  const open = choices(words.codes, { status: form.status, product: form.product }).filter(
    (code) => !code.refused || code.key === form.resolution,
  );
  return open.map((code) => [code.key, code.name]);
}

/** @returns {Array<[string, string]>} */
function productsNow() {
  const team = teams.find((one) => one.team === form.team);
  return (team?.products ?? []).map((name) => [name, name]);
}

/** @returns {Array<[string, string]>} */
function colleagues() {
  const { assignee } = ticket;
  const named = new Map(
    people.filter(({ teams: theirs }) => theirs.includes(form.team)).map(({ staff, name }) => [staff, name]),
  );
  if (assignee) named.set(assignee.id, assignee.name);
  named.delete(page.me.id);
  return [...named].sort(([, a], [, b]) => a.localeCompare(b));
}

/** @param {string} name */
function textarea(name) {
  return h('textarea', { class: 'field', name, rows: 3, dir: 'auto' }, form[name]);
}

/** One line, however many it takes on the screen. @param {string} name */
function oneLine(name) {
  const field = h(
    'textarea',
    { class: 'field line', name, rows: 1, dir: 'auto', maxlength: 200, placeholder: EMPTY[name] },
    form[name],
  );
  field.addEventListener('input', () => {
    field.value = field.value.replace(/\s*\n\s*/gu, ' ');
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    the('form').requestSubmit();
  });
  return field;
}

function drawSave() {
  const changed = Object.keys(changes(ticket, form));
  the('save').hidden = !changed.length;
  for (const row of the('kv').querySelectorAll('[data-field]'))
    row.classList.toggle('changed', changed.includes(row.dataset.field));
}

the('undo').addEventListener('click', () => {
  form = toForm(ticket);
  wrong({});
  fill(the('conflict'));
  drawForm();
  drawComposer();
});

the('form').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const patch = changes(ticket, form);
  if (!Object.keys(patch).length) return;
  wrong({});
  the('send').disabled = true;
  try {
    const answer = await ask('PATCH', address, { body: patch, headers: { 'If-Match': etag } });
    fill(the('conflict'));
    take(answer);
    say(the('saved'), 'Saved');
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 412) await tellConflict();
    else wrong(error.fields, error.message);
  } finally {
    the('send').disabled = false;
  }
});

async function tellConflict() {
  const before = ticket;
  const mine = form;
  const fresh = await ask('GET', address);
  const theirs = differences(before, fresh.data);
  take(fresh);
  // What was typed here stays; what was left alone follows the new version.
  const untouched = toForm(before);
  form = Object.fromEntries(EDITABLE.map((name) => [name, mine[name] === untouched[name] ? form[name] : mine[name]]));
  drawForm();
  const by = whoOf(ticket.history?.at(-1)?.by);
  fill(
    the('conflict'),
    h(
      'div',
      { class: 'changed-by' },
      h('b', {}, `${by} changed this ticket in the meantime.`),
      ' Your changes aren’t saved yet. Check them and save again.',
      h(
        'ul',
        {},
        theirs.map(({ field, from, to }) =>
          h('li', {}, h('b', {}, `${NAMES[field]}: `), shownValue(field, from), ' → ', shownValue(field, to)),
        ),
      ),
    ),
  );
}

/** Beside each field what is wrong with it, and the focus in the first of them. @param {Record<string, string>} fields @param {string} [message] */
function wrong(fields, message = '') {
  const faulty = [];
  for (const place of the('kv').querySelectorAll('[data-wrong]')) {
    const sentence = fields[place.dataset.wrong] ?? '';
    place.hidden = !sentence;
    place.textContent = sentence;
    const field = place.closest('[data-field]').querySelector('.field');
    if (sentence) {
      field.setAttribute('aria-invalid', 'true');
      field.setAttribute('aria-describedby', place.id);
      faulty.push(field);
    } else {
      field.removeAttribute('aria-invalid');
      field.removeAttribute('aria-describedby');
    }
  }
  faulty[0]?.focus();
  const rest = faulty.length ? '' : message;
  the('form-wrong').textContent = rest;
  the('form-wrong').hidden = !rest;
}

// -- answering ---------------------------------------------------------------------------

const noting = () => the('as-note').checked;
const draftKey = () => `${page.number}${noting() ? '.note' : ''}`;
const sending = new Sending(drafts);

/** What a reply sets in the same step. */
function alongside() {
  return Object.fromEntries(Object.entries(changes(ticket, form)).filter(([name]) => WITH_REPLY.includes(name)));
}

function drawComposer() {
  if (!ticket) return;
  const name = firstName(ticket.requester?.name) || 'the requester';
  const label = noting() ? 'Note (only staff see it)' : `Reply to ${name}`;
  the('reply').placeholder = label;
  the('reply').setAttribute('aria-label', label);
  the('compose').classList.toggle('noting', noting());
  the('compose').classList.toggle('writing', Boolean(the('reply').value) || form.status !== ticket.status);
  the('reply-status').value = form.status;
  const closed = Boolean(ticket.closed_at);
  the('status-field').hidden = closed;
  const moved = !closed && form.status !== ticket.status;
  say(the('send-words'), `${noting() ? 'Add note' : 'Send'}${moved ? `, ${words.status(form.status)}` : ''}`);
  say(the('reply-hint'), hint(name, closed));
}

/** What becomes of what is written. @param {string} name whose ticket it is @param {boolean} closed for good */
function hint(name, closed) {
  if (noting()) return '';
  // No mail is sent yet, nor is there a page on which a customer reads a ticket.
  const told = ticket.requester?.email ? 'Email isn’t available yet' : 'We have no email address';
  return `${closed ? 'This ticket is closed for good, so your reply opens a new one. ' : ''}${told}. Your reply is saved on the ticket, but ${name} won’t be notified.`;
}

fill(
  the('reply-status'),
  words.statuses.map(({ key, name }) => h('option', { value: key }, name)),
);
the('reply-status').addEventListener('change', () => {
  form.status = the('reply-status').value;
  drawForm();
  drawComposer();
});
the('reply').value = drafts.get(draftKey());
the('reply').addEventListener('input', () => {
  drafts.set(draftKey(), the('reply').value);
  sending.settled(draftKey());
  the('compose').classList.toggle('writing', Boolean(the('reply').value));
});
for (const mode of ['as-reply', 'as-note']) {
  the(mode).addEventListener('change', () => {
    the('reply').value = drafts.get(draftKey());
    drawComposer();
    the('reply').focus();
  });
}
say(the('send-keys'), `${COMMAND} ↵`);
the('reply').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
  if (
    event.key !== 'Enter' ||
    !(event.ctrlKey || event.metaKey) ||
    event.repeat ||
    event.isComposing ||
    the('send-reply').disabled
  )
    return;
  event.preventDefault();
  the('compose').requestSubmit();
});
// The box keeps the focus, and so its height: what one presses stays under the pointer.
the('modes').addEventListener(
  'mousedown',
  (/** @type {MouseEvent} */ event) => document.activeElement === the('reply') && event.preventDefault(),
);
// Whoever only reads keeps their place.
staysAtEnd(the('scroller'), () => the('compose').matches(':focus-within, .writing'));

the('compose').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const text = the('reply').value;
  const draft = draftKey();
  replyWrong(text.trim() ? '' : 'Write a few words first.');
  if (!text.trim()) {
    the('reply').focus();
    return;
  }
  wrong({});
  the('send-reply').disabled = true;
  const key = sending.key(draft);
  try {
    const { data } = await ask('POST', `${address}/replies`, {
      body: { text, public: !noting(), ...alongside() },
      headers: { 'Idempotency-Key': key },
    });
    sending.settled(draft, key);
    // They may have gone on writing, or begun something else.
    if (drafts.get(draft) === text) drafts.set(draft, '');
    if (draftKey() === draft && the('reply').value === text) the('reply').value = '';
    if (data?.number && data.number !== page.number) {
      location.assign(`/tickets/${data.number}`);
      return;
    }
    // What was sent along is stored: it is no change of mine any longer.
    for (const name of WITH_REPLY) form[name] = toForm(ticket)[name];
    await refresh();
    say(the('saved'), 'Sent');
    the('scroller').scrollTop = the('scroller').scrollHeight;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (final(error.status)) sending.settled(draft, key);
    wrong(error.fields);
    replyWrong(error.fields.text ?? whyNot(error));
  } finally {
    the('send-reply').disabled = false;
  }
});

/** @param {string} sentence */
function replyWrong(sentence) {
  the('reply-wrong').textContent = sentence;
  the('reply-wrong').hidden = !sentence;
}

// -- people and history ------------------------------------------------------------------

function drawPeople() {
  const { requester } = ticket;
  const named = (ticket.participants ?? []).filter(({ name }) => name);
  const proof = requester?.verified ? 'Verified' : 'Not verified';
  const facts = [
    ['Name', requester?.name ?? NAMELESS],
    ['Email', requester?.email && mailAddress(requester.email)],
    ['', requester && proof],
    ['Client', ticket.client],
    [
      'Named',
      named.length > 0 &&
        h(
          'ul',
          {},
          named.map(({ name, email }) => h('li', {}, name, email && [h('br'), mailAddress(email)])),
        ),
    ],
    [
      'Opened',
      h('time', { datetime: ticket.created_at, title: long(ticket.created_at) }, stamp(ticket.created_at, Date.now())),
    ],
  ].filter(([, value]) => value);
  fill(
    the('people'),
    facts.map(([term, value]) => [h('dt', {}, term), h('dd', { dir: 'auto' }, value)]),
  );
}

function drawHistory() {
  /** @type {Change[]} */
  const history = [...(ticket.history ?? [])].reverse();
  say(the('history-count'), history.length === 1 ? '1 change' : `${history.length} changes`);
  const now = Date.now();
  fill(
    the('history'),
    history.map((change) =>
      h(
        'li',
        {},
        h(
          'time',
          { datetime: change.at, title: long(change.at) },
          sameDay(change.at, now) ? clock(change.at) : stamp(change.at, now),
        ),
        h('span', {}, h('b', { dir: 'auto' }, whoOf(change.by)), happened(change)),
      ),
    ),
  );
}

/** @param {Change} change what happened, after who did it */
function happened({ field, from, to }) {
  const name = IN_SENTENCES[field] ?? (NAMES[field] ?? field).toLowerCase();
  const shown = (/** @type {any} */ value) => h('b', { dir: 'auto' }, shownValue(field, value));
  if (field === 'status' && from === null) return [' created the ticket: ', shown(to)];
  if (field === 'with' && from === 'product' && to === null) return [' moved it back from ', shown(from)];
  if (field === 'with' && to !== null) return [' moved it to ', shown(to)];
  if (field === 'participants') return copied(shown, from ?? [], to ?? []);
  if (to === null) return [` cleared ${name} `, shown(from)];
  return from === null ? [` set ${name} to `, shown(to)] : [` changed ${name} from `, shown(from), ' to ', shown(to)];
}

/** Who was added to CC, and who was removed. @param {(value: unknown[]) => Node} shown @param {unknown[]} from @param {unknown[]} to */
function copied(shown, from, to) {
  const missing = (/** @type {unknown[]} */ some, /** @type {unknown[]} */ others) =>
    some.filter((one) => others.every((other) => JSON.stringify(other) !== JSON.stringify(one)));
  const [added, removed] = [missing(to, from), missing(from, to)];
  return [
    ...(added.length ? [' added ', shown(added), ' to CC'] : []),
    ...(added.length && removed.length ? [' and'] : []),
    ...(removed.length ? [' removed ', shown(removed), ' from CC'] : []),
  ];
}

/** @param {Change['by']|undefined} by */
const whoOf = (by) => (typeof by === 'string' ? by : by?.name) ?? 'The system';

/** @param {string} field @param {any} value */
function shownValue(field, value) {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (field === 'status') return words.status(value);
  if (field === 'resolution') return words.code(value);
  if (field === 'team') return teamName(value);
  if (field === 'with') return WITH[value] ?? value;
  if (Array.isArray(value)) return value.map((one) => one?.email ?? one?.name ?? String(one)).join(', ') || 'nobody';
  if (field === 'duplicate_of') return `#${value}`;
  return typeof value === 'object' ? (value.name ?? value.id ?? JSON.stringify(value)) : String(value);
}

const beside = neighbours(page.number);
if (beside && beside.of > 1) {
  const to = (/** @type {number|null} */ number, /** @type {string} */ name, /** @type {string} */ shape) =>
    number
      ? h('a', { class: 'icon-btn', href: `/tickets/${number}`, 'aria-label': name }, icon(shape))
      : h('span', { class: 'icon-btn none', 'aria-hidden': 'true' }, icon(shape));
  fill(
    the('walk'),
    h('span', { class: 'quiet num wide' }, `${beside.place} of ${beside.of}`),
    to(beside.before, 'Previous ticket', 'chevron-up'),
    to(beside.after, 'Next ticket', 'chevron-down'),
  );
  addEventListener('keydown', (event) => {
    const writing =
      event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog, [role=menu]');
    const number = { KeyJ: beside.after, KeyK: beside.before }[event.code];
    if (number && !writing && !event.repeat && !event.ctrlKey && !event.metaKey && !event.altKey)
      location.assign(`/tickets/${number}`);
  });
}

// Coming from the list, "back" keeps the view one had.
if (document.referrer.startsWith(`${location.origin}/tickets`) && new URL(document.referrer).pathname === '/tickets')
  the('back').href = document.referrer;
addEventListener('beforeunload', (event) => {
  if (etag && Object.keys(changes(ticket, form)).length) event.preventDefault();
});
load();
