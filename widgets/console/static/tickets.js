/**
 * The list of tickets, filtered by status and team, the last changed first.
 *
 * @import { Me, Team, Ticket } from '../shared/types.js'
 */

import '../shared/bar.js';
import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';
import { day, long, since } from '../shared/moments.js';
import { NAMELESS, picture } from '../shared/people.js';
import { statusTag, vocabulary } from '../shared/vocabulary.js';
import { FLAGS } from './properties.js';

const SHAPE_AFTER_MS = 300;
/** @type {Record<string, [string, string]>} */
const CHANNELS = { chat: ['message-circle', 'Chat '], form: ['file-text', 'Form '], email: ['mail', 'E-mail '], staff: ['users', 'Staff '] };
/** @type {Record<string, string>} */
const SHAPES = { open: 'circle-dot', awaiting_reply: 'hourglass', fixed_pending_rca: 'search-check', solved: 'circle-check' };

/** @type {Record<string, string>} */
const FLAG_SHAPES = { no_address: 'mail', unreachable: 'circle-alert', confirmed: 'check-check', not_fixed: 'reply' };

const page = pageData();
const words = vocabulary(page);
/** @type {Team[]} all of them: a ticket may have come from another team */
let teams = [];
/** @type {Team[]} those of the reader */
let ownTeams = [];
/** @type {AbortController|null} */
let loading = null;
/** @type {string|null} */
let cursor = null;

const asked = () => {
  const query = new URLSearchParams(location.search);
  return { status: query.get('status') ?? '', team: query.get('team') ?? '', flags: query.get('flags') ?? '' };
};
/** @param {string} key */
const teamName = (key) => teams.find((team) => team.team === key)?.name ?? key;

function drawViews() {
  const { status, team, flags } = asked();
  const to = (/** @type {Record<string, string>} */ change) => {
    const query = new URLSearchParams(Object.entries({ ...asked(), ...change }).filter(([, value]) => value));
    return `/tickets${query.size ? `?${query}` : ''}`;
  };
  /** @param {Record<string, string>} change @param {string} shape @param {string} name @param {boolean} current */
  const link = (change, shape, name, current) => h('a', { href: to(change), 'aria-current': current ? 'page' : null, onclick: move }, icon(shape), h('span', { class: 'cut' }, name));
  fill(
    the('views'),
    h('h2', {}, 'Status'),
    link({ status: '' }, 'inbox', 'Any status', !status),
    words.statuses.map(({ key, name }) => link({ status: key }, SHAPES[key] ?? 'circle-dot', name, status === key)),
    h('hr', { 'aria-hidden': 'true' }), h('h2', {}, 'To look after'),
    Object.entries(FLAGS).map(([key, name]) => link({ flags: flags === key ? '' : key }, FLAG_SHAPES[key], name, flags === key)),
    ownTeams.length > 1 && [h('hr', { 'aria-hidden': 'true' }), h('h2', {}, 'Team'), link({ team: '' }, 'users', 'Any team', !team), ownTeams.map((one) => link({ team: one.team }, 'users', one.name, team === one.team))],
  );
  const title = [status ? words.status(status) : flags ? '' : 'All tickets', FLAGS[flags], team && teamName(team)].filter(Boolean).join(', ');
  say(the('list-title'), title);
  document.title = `${title} · Switchboard`;
}

/** @param {MouseEvent} event */
function move(event) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || !(event.currentTarget instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  history.pushState(null, '', event.currentTarget.href);
  begin();
  the('list').focus();
}
addEventListener('popstate', begin);

function begin() {
  cursor = null;
  drawViews();
  fill(the('body'));
  load();
}

async function load() {
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  const query = new URLSearchParams(Object.entries({ ...asked(), cursor: cursor ?? '' }).filter(([, value]) => value));
  const bones = setTimeout(() => fill(the('rest'), h('span', { class: 'sr' }, 'Loading the tickets'), Array.from({ length: 6 }, () => h('div', { class: 'bone-row', 'aria-hidden': 'true' }, h('i', { class: 'bone' }), h('i', { class: 'bone' }), h('i', { class: 'bone' }), h('i', { class: 'bone' })))), SHAPE_AFTER_MS);
  the('more').disabled = true;
  try {
    const { data } = await ask('GET', `/api/tickets${query.size ? `?${query}` : ''}`, { signal: mine.signal });
    clearTimeout(bones);
    const now = Date.now();
    the('body').append(...data.tickets.map((/** @type {Ticket} */ ticket) => row(ticket, now)));
    cursor = data.next;
    const none = !the('body').childElementCount;
    fill(the('rest'), none && empty());
    the('table').hidden = none;
  } catch (error) {
    clearTimeout(bones);
    if (mine.signal.aborted) return;
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
      return;
    }
    the('table').hidden = !the('body').childElementCount;
    fill(the('rest'), h('div', { class: 'empty' }, icon('cloud-alert'), h('h2', {}, 'The tickets didn’t load'), h('p', {}, error.message), h('button', { type: 'button', class: 'btn', onclick: load }, 'Try again')));
  }
  the('more').disabled = false;
  the('next').hidden = !cursor;
}

function empty() {
  const { status, team, flags } = asked();
  const text = status || team || flags ? 'No ticket fits this view. Choose another one.' : 'Every chat becomes a ticket when it ends, and then stands here.';
  return h('div', { class: 'empty' }, icon('ticket'), h('h2', {}, 'No tickets here'), h('p', {}, text));
}

/** @param {Ticket} ticket @param {number} now */
function row(ticket, now) {
  const [shape, channel] = CHANNELS[ticket.channel] ?? CHANNELS.staff;
  const { requester, assignee } = ticket;
  const who = requester ? requester.name ?? requester.email ?? NAMELESS : NAMELESS;
  const changed = h('time', { datetime: ticket.updated_at, title: long(ticket.updated_at) }, since(ticket.updated_at, now));
  return h(
    'tr', {},
    h('td', { class: 'no' }, icon(shape), h('span', { class: 'sr' }, channel), ticket.number),
    h('td', { class: 'sub' }, h('a', { class: 'cut', href: `/tickets/${ticket.number}`, dir: 'auto' }, ticket.subject || 'No subject'), h('small', { class: 'cut', dir: 'auto' }, [who, ticket.client].filter(Boolean).join(', '))),
    h('td', { class: 'c-st' }, statusTag(ticket.status, words.status(ticket.status), Boolean(ticket.closed_at)), ticket.resolution ? h('small', { class: 'cut' }, words.code(ticket.resolution)) : ticket.flags?.length > 0 && h('small', { class: 'cut' }, ticket.flags.map((flag) => FLAGS[flag] ?? flag).join(', '))),
    h('td', {}, ticket.product ?? h('span', { class: 'quiet' }, 'not named'), h('small', {}, teamName(ticket.team))),
    h('td', { class: 'c-as' }, assignee ? [picture(assignee, { size: 'sm' }), h('span', { class: 'sr' }, assignee.name)] : h('span', { class: 'quiet' }, 'nobody')),
    h('td', { class: 'r num c-up' }, changed, ticket.reopen_until && !ticket.closed_at && h('small', {}, `reopen until ${day(ticket.reopen_until, now)}`)),
  );
}

the('more').addEventListener('click', load);
drawViews();
ask('GET', '/api/hours').then(
  ({ data }) => {
    /** @type {Me} */
    const { teams: own } = page.me;
    teams = data.teams;
    ownTeams = teams.filter((team) => !own.length || own.includes(team.team));
    begin();
  },
  begin,
);
