/**
 * The view and filters of a list of tickets, as the page's address has them. Pure.
 *
 * @typedef {{view: string, team: string, product: string, channel: string, assignee: string, requester: string, email: string, client: string, since: string, q: string, sort: string}} Asked
 * @typedef {{key: string, name: string, icon: string, count?: string, urgent?: boolean, query: Record<string, string|string[]>}} View
 */

import { FLAGS } from './properties.js';

const EVERYTHING = 'all';
const WORK = ['open', 'awaiting_reply', 'fixed_pending_rca'];

/** The views under their headings. `count` is the name of the count in `/api/tickets/counts`. @type {Array<[string, View[]]>} */
export const VIEWS = [
  [
    'Work',
    [
      { key: '', name: 'All open work', icon: 'inbox', count: 'work', query: { status: WORK } },
      { key: 'mine', name: 'Yours', icon: 'user', count: 'mine', query: { status: WORK, assignee: 'me' } },
      {
        key: 'nobody',
        name: 'Unassigned',
        icon: 'user-x',
        count: 'unassigned',
        urgent: true,
        query: { status: WORK, assignee: 'nobody' },
      },
      {
        key: 'awaiting',
        name: 'Waiting for customer',
        icon: 'hourglass',
        count: 'awaiting_reply',
        query: { status: 'awaiting_reply' },
      },
      {
        key: 'pending',
        name: 'Pending RCA',
        icon: 'search-check',
        count: 'fixed_pending_rca',
        query: { status: 'fixed_pending_rca' },
      },
    ],
  ],
  [
    'Needs attention',
    [
      {
        key: 'needs_code',
        name: FLAGS.needs_code,
        icon: 'ticket',
        count: 'needs_code',
        query: { flags: 'needs_code' },
      },
      {
        key: 'confirmed',
        name: FLAGS.confirmed,
        icon: 'check-check',
        count: 'confirmed',
        query: { flags: 'confirmed' },
      },
      { key: 'not_fixed', name: FLAGS.not_fixed, icon: 'reply', count: 'not_fixed', query: { flags: 'not_fixed' } },
      { key: 'no_address', name: FLAGS.no_address, icon: 'mail', count: 'no_address', query: { flags: 'no_address' } },
      {
        key: 'unreachable',
        name: FLAGS.unreachable,
        icon: 'circle-alert',
        count: 'unreachable',
        query: { flags: 'unreachable' },
      },
    ],
  ],
  [
    'Everything',
    [
      { key: 'solved', name: 'Solved', icon: 'circle-check', query: { status: 'solved' } },
      { key: EVERYTHING, name: 'All tickets', icon: 'ticket', query: {} },
    ],
  ],
];

/** @type {Record<string, string>} */
export const SORTS = {
  '': 'Recently updated',
  '-created_at': 'Newest first',
  created_at: 'Oldest first',
  updated_at: 'Least recently updated',
};

/** @type {Record<string, string>} */
export const CHANNELS = { chat: 'Chat', form: 'Request form', email: 'Email', staff: 'Staff' };

/** Parameters of the desk, which the address has under the same names. */
const GIVEN = /** @type {const} */ (['team', 'product', 'channel', 'requester', 'email', 'client', 'q', 'sort']);
const NAMES = /** @type {const} */ (['view', 'assignee', 'since', ...GIVEN]);
const DAY = /^\d{4}-\d\d-\d\d$/u;

/** Addresses of the older list, by status and flag, still work. @param {URLSearchParams} query */
function olderView(query) {
  const flag = query.get('flags');
  const status = query.get('status');
  return (
    flag ??
    (status ? ({ awaiting_reply: 'awaiting', fixed_pending_rca: 'pending', solved: 'solved' }[status] ?? '') : '')
  );
}

/** Parses the page's address. @param {string} search @returns {Asked} */
export function asked(search) {
  const query = new URLSearchParams(search);
  const found = /** @type {Asked} */ (Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ''])));
  if (!query.has('view')) found.view = olderView(query);
  return found;
}

/** The address of this list after a change. @param {Asked} now @param {Partial<Asked>} change */
export function hrefOf(now, change) {
  const query = new URLSearchParams(Object.entries({ ...now, ...change }).filter(([, value]) => value));
  return `/tickets${query.size ? `?${query}` : ''}`;
}

/** The view of a key; the first view for an unknown key. @param {string} key @returns {View} */
export function viewOf(key) {
  const all = VIEWS.flatMap(([, views]) => views);
  return all.find((view) => view.key === key) ?? all[0];
}

/**
 * The parameters for `/api/tickets`.
 * @param {Asked} now @param {string} me @param {string|null} [cursor]
 */
export function queryOf(now, me, cursor = null) {
  const query = new URLSearchParams();
  const put = (/** @type {string} */ name, /** @type {string|string[]} */ value) => {
    for (const one of [value].flat()) if (one) query.append(name, one === 'me' ? me : one);
  };
  const { query: view } = viewOf(now.view);
  for (const [name, value] of Object.entries(view)) put(name, value);
  for (const name of GIVEN) put(name, now[name]);
  if (!view.assignee) put('assignee', now.assignee);
  if (DAY.test(now.since)) put('updated_from', new Date(`${now.since}T00:00`).toISOString());
  if (cursor) put('cursor', cursor);
  return query;
}

/**
 * The active filters, each with the change that removes it. The search words are not among them; they are in their
 * field.
 * @param {Asked} now
 * @param {{team: (key: string) => string, person: (id: string) => string, requester: (id: string) => string, day: (date: string) => string}} words
 * @returns {Array<{name: string, value: string, without: Partial<Asked>}>}
 */
export function chips(now, words) {
  const { query: view } = viewOf(now.view);
  const found = [
    now.team && { name: 'Team', value: words.team(now.team), without: { team: '' } },
    now.product && { name: 'Product', value: now.product, without: { product: '' } },
    now.channel && { name: 'Channel', value: CHANNELS[now.channel] ?? now.channel, without: { channel: '' } },
    now.assignee &&
      !view.assignee && { name: 'Assignee', value: words.person(now.assignee), without: { assignee: '' } },
    now.requester && { name: 'Requester', value: words.requester(now.requester), without: { requester: '' } },
    now.email && { name: 'Email', value: now.email, without: { email: '' } },
    now.client && { name: 'Client', value: now.client, without: { client: '' } },
    DAY.test(now.since) && { name: 'Updated', value: `since ${words.day(now.since)}`, without: { since: '' } },
  ];
  return found.filter((chip) => chip !== false && chip !== '');
}

/** The change that removes all filters and the search words. @type {Partial<Asked>} */
export const UNNARROWED = {
  team: '',
  product: '',
  channel: '',
  assignee: '',
  requester: '',
  email: '',
  client: '',
  since: '',
  q: '',
};

/** The change that searches all tickets for the same words, without other filters; null if that is already so. @param {Asked} now @returns {Partial<Asked>|null} */
export function everywhere(now) {
  const { q, ...filters } = UNNARROWED;
  const narrowed =
    viewOf(now.view).key !== EVERYTHING || Object.keys(filters).some((name) => now[/** @type {keyof Asked} */ (name)]);
  return now.q && narrowed ? { ...UNNARROWED, view: EVERYTHING, q: now.q } : null;
}

/** Counts of the views, as they are shown. @param {Record<string, number>|null} counts @returns {Record<string, number>} */
export function figures(counts) {
  if (!counts) return {};
  return { ...counts, work: counts.open + counts.awaiting_reply + counts.fixed_pending_rca };
}
