/**
 * The view and filters of a list of tickets, as the page's address has them. Pure.
 *
 * @typedef {'resolution'|'status'|'client'|'requester'|'email'|'team'|'assignee'|'product'|'channel'|'priority'|'tag'|'custom'} Facet
 * @typedef {Partial<Record<Facet, string[]>>} Values
 * @typedef {{view: string, is: Values, not: Values, from: string, until: string, since: string, q: string, sort: string}} Asked
 *   `is`: with any of these values, `not`: with none of them; `from`, `until`: days on which it was created; `since`: day since when it was changed
 * @typedef {{facet: Facet|'created'|'updated', side: 'is'|'not', name: string, value: string, without: Partial<Asked>}} Chip
 */

import { EVERYTHING, orderOf, viewOf } from './views.js';

/** By their names in the address, which are those of the desk. @type {Record<Facet, string>} */
export const FACETS = {
  resolution: 'Code',
  status: 'Status',
  priority: 'Priority',
  tag: 'Tag',
  custom: 'Field',
  client: 'Client',
  requester: 'Requester',
  email: 'Email',
  team: 'Team',
  assignee: 'Assignee',
  product: 'Product',
  channel: 'Channel',
};

/** @type {Record<string, string>} */
export const CHANNELS = { chat: 'Chat', form: 'Request form', email: 'Email', staff: 'Staff' };

const NAMES = /** @type {Facet[]} */ (Object.keys(FACETS));
const SIDES = /** @type {const} */ (['is', 'not']);
const DAY = /^\d{4}-\d\d-\d\d$/u;
const nameOf = (/** @type {'is'|'not'} */ side, /** @type {Facet} */ facet) => (side === 'is' ? facet : `not_${facet}`);

/** Addresses of the older list, by status and flag, still work. @param {URLSearchParams} query */
function olderView(query) {
  const flag = query.get('flags');
  if (flag) return flag;
  const statuses = query.getAll('status');
  if (statuses.length > 1) return '';
  return { awaiting_reply: 'awaiting', fixed_pending_rca: 'pending', solved: 'solved' }[statuses[0] ?? ''] ?? '';
}

/** Parses the page's address. Words without a view are searched for in all tickets. @param {string} search @returns {Asked} */
export function asked(search) {
  const query = new URLSearchParams(search);
  const one = (/** @type {string} */ name) => query.get(name) ?? '';
  const day = (/** @type {string} */ name) => (DAY.test(one(name)) ? one(name) : '');
  const [is, not] = SIDES.map((side) =>
    Object.fromEntries(
      NAMES.map((facet) => [facet, [...new Set(query.getAll(nameOf(side, facet)))].filter(Boolean)]).filter(
        ([, values]) => values.length,
      ),
    ),
  );
  const older = query.has('view') ? '' : olderView(query);
  if (older) delete is.status;
  const found = {
    view: one('view') || older,
    is,
    not,
    from: day('from'),
    until: day('until'),
    since: day('since'),
    q: one('q'),
    sort: one('sort'),
  };
  const { query: view } = viewOf(found.view);
  const beyond = is.status?.some((/** @type {string} */ status) => view.status && !view.status.includes(status));
  if (beyond || (found.q && !found.view)) found.view = EVERYTHING;
  return found;
}

/** The address of this list after a change. @param {Asked} now @param {Partial<Asked>} change */
export function hrefOf(now, change) {
  const { is, not, ...rest } = { ...now, ...change };
  const query = new URLSearchParams();
  const { view, ...words } = rest;
  if (view) query.set('view', view);
  putFacets(query, is, not);
  for (const [name, value] of Object.entries(words)) if (value) query.set(name, value);
  return `/tickets${query.size ? `?${query}` : ''}`;
}

/** @param {URLSearchParams} query @param {Values} is @param {Values} not */
function putFacets(query, is, not) {
  for (const facet of NAMES) {
    for (const value of is[facet] ?? []) query.append(facet, value);
    for (const value of not[facet] ?? []) query.append(`not_${facet}`, value);
  }
}

/**
 * The parameters for `/api/tickets`. A filter narrows its view; it never shows more.
 * @param {Asked} now @param {string} me @param {string|null} [cursor]
 */
export function queryOf(now, me, cursor = null) {
  const query = new URLSearchParams();
  const { query: view } = viewOf(now.view);
  const is = { ...now.is };
  if (view.assignee) delete is.assignee;
  for (const [name, value] of Object.entries(view)) {
    if (name === 'status' && is.status?.length) continue;
    for (const one of [value].flat()) query.append(name, one === 'me' ? me : one);
  }
  putFacets(query, is, now.not);
  const put = (/** @type {string} */ name, /** @type {string} */ value) => value && query.set(name, value);
  put('q', now.q);
  put('sort', orderOf(now));
  put('from', startOf(now.from));
  put('to', startOf(now.until, 1));
  put('updated_from', startOf(now.since));
  if (cursor) query.set('cursor', cursor);
  return query;
}

/** When a day begins here, or a later one. @param {string} day @param {number} [later] days */
function startOf(day, later = 0) {
  if (!DAY.test(day)) return '';
  const start = new Date(`${day}T00:00`);
  start.setDate(start.getDate() + later);
  return start.toISOString();
}

/**
 * The active filters, each with the change that removes it. The search words are not among them; they are in their
 * field.
 * @param {Asked} now
 * @param {{value: (facet: Facet, value: string) => string, day: (date: string) => string}} words
 * @returns {Chip[]}
 */
export function chips(now, words) {
  const { query: view } = viewOf(now.view);
  const found = NAMES.flatMap((facet) =>
    SIDES.flatMap((side) => {
      const values = now[side][facet] ?? [];
      if (!values.length || (facet === 'assignee' && side === 'is' && view.assignee)) return [];
      const { [facet]: _, ...others } = now[side];
      const value = values.map((one) => words.value(facet, one)).join(', ');
      return [
        { facet, side, name: `${FACETS[facet]}${side === 'not' ? ' not' : ''}`, value, without: { [side]: others } },
      ];
    }),
  );
  const { from, until, since } = now;
  const created = [from && `from ${words.day(from)}`, until && `until ${words.day(until)}`].filter(Boolean).join(' ');
  return /** @type {Chip[]} */ ([
    ...found,
    ...(created
      ? [{ facet: 'created', side: 'is', name: 'Created', value: created, without: { from: '', until: '' } }]
      : []),
    ...(since
      ? [{ facet: 'updated', side: 'is', name: 'Updated', value: `since ${words.day(since)}`, without: { since: '' } }]
      : []),
  ]);
}

/** The change that removes all filters and the search words. @type {Partial<Asked>} */
export const UNNARROWED = { is: {}, not: {}, from: '', until: '', since: '', q: '' };

/** A filter is set. @param {Asked} now */
export const narrowed = (now) => chips(now, { value: (_, value) => value, day: (date) => date }).length > 0;

/** The change that searches all tickets for the same words, without other filters; null if that is already so. @param {Asked} now @returns {Partial<Asked>|null} */
export function everywhere(now) {
  const wider = viewOf(now.view).key !== EVERYTHING || narrowed(now);
  return now.q && wider ? { ...UNNARROWED, view: EVERYTHING, q: now.q } : null;
}
