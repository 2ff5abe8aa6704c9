/**
 * One ticket: its story, its properties, its history.
 *
 * @import { Change, Team, Ticket } from '../shared/types.js'
 */

import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';
import { markup } from '../shared/message.js';
import { clock, day, long, sameDay, span, stamp, timer } from '../shared/moments.js';
import { NAMELESS, firstName, mailAddress } from '../shared/people.js';
import { Story, grouped } from '../shared/story.js';
import { statusTag, vocabulary } from '../shared/vocabulary.js';
import { choices } from './codes.js';
import { EDITABLE, NAMES, changes, differences, times, toForm, visible } from './properties.js';

const page = pageData();
const words = vocabulary(page);
const address = `/api/tickets/${page.number}`;

/** @type {Ticket} set before anything is drawn */
let ticket;
let etag = '';
/** @type {Team[]} */
let teams = [];
/** @type {Record<string, string>} */
let form = {};

/** @param {string} key */
const teamName = (key) => teams.find((team) => team.team === key)?.name ?? key;

async function load() {
  const shape = setTimeout(() => fill(the('rest'), h('span', { class: 'sr' }, 'Loading the ticket')), 300);
  try {
    const [found, hours] = await Promise.all([ask('GET', address), ask('GET', '/api/hours')]);
    teams = hours.data.teams;
    take(found);
    fill(the('rest'));
    the('props').hidden = false;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    const missing = error.status === 404 || error.status === 403;
    fill(
      the('rest'),
      h('div', { class: 'empty' }, icon(missing ? 'ticket' : 'cloud-alert'), h('h2', {}, missing ? 'No such ticket' : 'This ticket didn’t load'),
        h('p', {}, missing ? `There is no ticket #${page.number}, or it belongs to a team that you are not on.` : error.message),
        missing ? h('a', { class: 'btn', href: '/tickets' }, 'All tickets') : h('button', { type: 'button', class: 'btn', onclick: load }, 'Try again')),
    );
  } finally {
    clearTimeout(shape);
  }
}

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
}

// -- head and story ----------------------------------------------------------------------

function drawHead() {
  const who = ticket.requester?.name ?? ticket.requester?.email ?? NAMELESS;
  say(the('subject'), ticket.subject || 'No subject');
  document.title = `#${ticket.number} ${ticket.subject ?? ''}`;
  fill(the('head-facts'), statusTag(ticket.status, words.status(ticket.status), Boolean(ticket.closed_at)), h('span', { dir: 'auto' }, [who, ticket.client].filter(Boolean).join(', ')), h('span', {}, `${ticket.channel}, ${teamName(ticket.team)}`));
}

function drawStory() {
  const story = new Story({ side: 'staff', id: null }, { team: teamName, status: words.status, code: words.code });
  const items = (ticket.transcript ?? []).flatMap((event) => story.add(event));
  fill(
    the('log'), summary(),
    items.map((item, at) => markup(item, { first: !grouped(items[at - 1], item), last: !grouped(item, items[at + 1]), side: 'staff' })),
    !items.length && h('p', { class: 'event' }, h('span', {}, 'No conversation belongs to this ticket.')),
  );
}

function summary() {
  const seen = times(ticket.transcript ?? []);
  if (!seen) return null;
  const facts = [
    ['In the queue', seen.queued !== null && timer(seen.queued)], ['First reply', seen.firstReply !== null && timer(seen.firstReply)],
    ['Chat', seen.length !== null && span(seen.length)], ['Hands', seen.hands.map(firstName).join(', ')],
  ].filter(([, value]) => value);
  return h('dl', { class: 'summary' }, facts.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))));
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
    ticket.waiting_since && fixed('Waiting', `for us since ${stamp(ticket.waiting_since, Date.now())}`),
    ticket.follow_up_of && h('p', { class: 'prop' }, h('span', { class: 'name' }, 'Follows'), h('a', { class: 'fixed link', href: `/tickets/${ticket.follow_up_of}` }, `#${ticket.follow_up_of}`)),
  );
  drawSave();
}

/** @param {string} name @param {string} text */
const fixed = (name, text) => h('p', { class: 'prop' }, h('span', { class: 'name' }, name), h('span', { class: 'fixed num' }, text));

/** @param {string} name @param {boolean} closed for good */
function property(name, closed) {
  const field = input(name);
  field.disabled = closed;
  field.addEventListener('input', () => {
    form[name] = field.value;
    if (name === 'status' || name === 'resolution' || name === 'product') redraw(name);
    else drawSave();
  });
  const hint = name === 'resolution' && form.resolution ? words.meaning(form.resolution) : name === 'workaround' && form.status === 'fixed_pending_rca' ? 'The customer reads this.' : '';
  const picks = field.tagName === 'SELECT';
  return h(
    'label', { class: 'prop', 'data-field': name }, h('span', { class: 'name' }, NAMES[name]),
    picks ? h('span', { class: 'pick' }, field, icon('chevron-down')) : field,
    hint && h('span', { class: 'hint' }, hint), h('p', { class: 'wrong', 'data-wrong': name, role: 'alert', hidden: true }),
  );
}

/** @param {string} name what the focus was in */
function redraw(name) {
  drawForm();
  the('kv').querySelector(`[data-field=${name}] .field`)?.focus();
}

/** @param {string} name @returns {any} an input, a select or a textarea */
function input(name) {
  if (name === 'workaround' || name === 'finding') return textarea(name);
  if (name === 'subject' || name === 'duplicate_of') return h('input', { class: 'field', name, value: form[name], autocomplete: 'off', dir: 'auto', maxlength: 200, inputmode: name === 'duplicate_of' ? 'numeric' : null });
  /** @type {Record<string, () => Array<[string, string]>>} */
  const options = {
    status: () => words.statuses.map((status) => [status.key, status.name]),
    resolution: () => [['', 'None'], ...codesNow()],
    product: () => [['', 'Not named'], ...productsNow()],
    team: () => teams.map((team) => [team.team, team.name]),
    assignee: () => [['', 'Nobody'], [page.me.id, `${page.me.name} (you)`], ...colleagues()],
  };
  const chosen = options[name]();
  if (!chosen.some(([value]) => value === form[name])) chosen.push([form[name], name === 'resolution' ? words.code(form[name]) : form[name]]);
  return h('select', { class: 'field', name }, chosen.map(([value, shown]) => h('option', { value, selected: value === form[name] }, shown)));
}

/** @returns {Array<[string, string]>} */
function codesNow() {
  const open = choices(words.codes, { status: form.status, product: form.product }).filter((code) => !code.refused || code.key === form.resolution);
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
  return assignee && assignee.id !== page.me.id ? [[assignee.id, assignee.name]] : [];
}

/** @param {string} name */
function textarea(name) {
  return h('textarea', { class: 'field', name, rows: 3, dir: 'auto' }, form[name]);
}

function drawSave() {
  const changed = Object.keys(changes(ticket, form));
  the('save').hidden = !changed.length;
  for (const row of the('kv').querySelectorAll('[data-field]')) row.classList.toggle('changed', changed.includes(row.dataset.field));
}

the('undo').addEventListener('click', () => {
  form = toForm(ticket);
  wrong({});
  fill(the('conflict'));
  drawForm();
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
  fill(the('conflict'), h(
    'div', { class: 'changed-by' }, h('b', {}, `${by} changed this ticket meanwhile.`), ' Nothing of yours was saved yet: look, and save again.',
    h('ul', {}, theirs.map(({ field, from, to }) => h('li', {}, h('b', {}, `${NAMES[field]}: `), shownValue(field, from), ' → ', shownValue(field, to)))),
  ));
}

/** @param {Record<string, string>} fields @param {string} [message] */
function wrong(fields, message = '') {
  let beside = 0;
  for (const place of the('kv').querySelectorAll('[data-wrong]')) {
    const sentence = fields[place.dataset.wrong] ?? '';
    place.hidden = !sentence;
    place.textContent = sentence;
    const field = place.closest('[data-field]').querySelector('.field');
    if (sentence) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
    if (sentence) beside += 1;
  }
  const rest = beside ? '' : message;
  the('form-wrong').textContent = rest;
  the('form-wrong').hidden = !rest;
}

// -- people and history ------------------------------------------------------------------

function drawPeople() {
  const { requester } = ticket;
  const proof = requester?.verified ? 'Verified' : 'Not verified';
  const facts = [
    ['Name', requester?.name ?? NAMELESS], ['E-mail', requester?.email && mailAddress(requester.email)], ['', requester && proof], ['Client', ticket.client],
    ['Opened', h('time', { datetime: ticket.created_at, title: long(ticket.created_at) }, stamp(ticket.created_at, Date.now()))],
  ].filter(([, value]) => value);
  fill(the('people'), facts.map(([term, value]) => [h('dt', {}, term), h('dd', { dir: 'auto' }, value)]));
}

function drawHistory() {
  /** @type {Change[]} */
  const history = [...(ticket.history ?? [])].reverse();
  say(the('history-count'), history.length === 1 ? '1 change' : `${history.length} changes`);
  const now = Date.now();
  fill(the('history'), history.map((change) => h(
    'li', {}, h('time', { datetime: change.at, title: long(change.at) }, sameDay(change.at, now) ? clock(change.at) : stamp(change.at, now)),
    h('span', {}, h('b', { dir: 'auto' }, whoOf(change.by)), happened(change)),
  )));
}

/** @param {Change} change what happened, after who did it */
function happened({ field, from, to }) {
  const name = (NAMES[field] ?? field).toLowerCase();
  const shown = (/** @type {any} */ value) => h('b', { dir: 'auto' }, shownValue(field, value));
  if (to === null) return [` cleared ${name} `, shown(from)];
  return from === null ? [` set ${name} to `, shown(to)] : [` changed ${name} from `, shown(from), ' to ', shown(to)];
}

/** @param {Change['by']|undefined} by */
const whoOf = (by) => (typeof by === 'string' ? by : by?.name) ?? 'The system';

/** @param {string} field @param {any} value */
function shownValue(field, value) {
  if (value === null || value === undefined || value === '') return 'nothing';
  if (field === 'status') return words.status(value);
  if (field === 'resolution') return words.code(value);
  if (field === 'team') return teamName(value);
  if (field === 'duplicate_of') return `#${value}`;
  return typeof value === 'object' ? value.name ?? value.id ?? JSON.stringify(value) : String(value);
}

// Coming from the list, "back" keeps the view one had.
if (document.referrer.startsWith(`${location.origin}/tickets`) && new URL(document.referrer).pathname === '/tickets') the('back').href = document.referrer;
addEventListener('beforeunload', (event) => {
  if (etag && Object.keys(changes(ticket, form)).length) event.preventDefault();
});
load();
