/**
 * The views of the list of tickets, and their order. Pure.
 *
 * @typedef {{key: string, name: string, icon: string, count?: string, urgent?: boolean, query: Record<string, string|string[]>, sort?: string}} View
 */

import { FLAGS } from './properties.js';

/** The view of all tickets. */
export const EVERYTHING = 'all';
const WORK = ['open', 'awaiting_reply', 'fixed_pending_rca'];

/** The views under their headings. `count` is the name of the count in `/api/tickets/counts`. @type {Array<[string, View[]]>} */
export const VIEWS = [
  [
    'Work',
    [
      { key: '', name: 'All open work', icon: 'inbox', count: 'work', query: { status: WORK, snoozed: 'false' } },
      {
        key: 'mine',
        name: 'Yours',
        icon: 'user',
        count: 'mine',
        query: { status: WORK, assignee: 'me', snoozed: 'false' },
      },
      {
        key: 'nobody',
        name: 'Unassigned',
        icon: 'user-x',
        count: 'unassigned',
        urgent: true,
        query: { status: WORK, assignee: 'nobody', snoozed: 'false' },
      },
      {
        key: 'awaiting',
        name: 'Waiting for customer',
        icon: 'hourglass',
        count: 'awaiting_reply',
        query: { status: 'awaiting_reply', snoozed: 'false' },
      },
      {
        key: 'pending',
        name: 'Pending RCA',
        icon: 'search-check',
        count: 'fixed_pending_rca',
        query: { status: 'fixed_pending_rca', snoozed: 'false' },
      },
      {
        key: 'due',
        name: 'Due soon',
        icon: 'alarm-clock',
        count: 'due_soon',
        urgent: true,
        query: { status: WORK, due: 'soon', snoozed: 'false' },
        sort: 'sla_due',
      },
      { key: 'followed', name: 'Followed by you', icon: 'eye', query: { status: WORK, followed_by: 'me' } },
      { key: 'snoozed', name: 'Snoozed', icon: 'alarm-clock', count: 'snoozed', query: { snoozed: 'true' } },
    ],
  ],
  [
    'Needs attention',
    [
      {
        key: 'returned',
        name: FLAGS.returned,
        icon: 'alarm-clock',
        count: 'returned',
        query: { flags: 'returned' },
      },
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
      { key: 'loop', name: FLAGS.loop, icon: 'circle-alert', count: 'loop', query: { flags: 'loop' } },
      {
        key: 'letters_stopped',
        name: FLAGS.letters_stopped,
        icon: 'circle-alert',
        count: 'letters_stopped',
        query: { flags: 'letters_stopped' },
      },
      {
        key: 'fields_missing',
        name: FLAGS.fields_missing,
        icon: 'circle-alert',
        count: 'fields_missing',
        query: { flags: 'fields_missing' },
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
  updated_at: 'Least recently updated',
  '-created_at': 'Newest first',
  created_at: 'Oldest first',
  '-number': 'Highest number first',
  number: 'Lowest number first',
  '-priority': 'Highest priority first',
  sla_due: 'Due first',
};

/** The view of a key; the first view for an unknown key. @param {string} key @returns {View} */
export function viewOf(key) {
  const all = VIEWS.flatMap(([, views]) => views);
  return all.find((view) => view.key === key) ?? all[0];
}

/** The order of a list: the one that was asked for, or that of its view. @param {{view: string, sort: string}} asked */
export const orderOf = ({ view, sort }) => sort || (viewOf(view).sort ?? '');

/** @typedef {{tickets: number, more: boolean}} Count the tickets of a view; with `more`, there are more of them */

/** The counts of the views by name. @param {Record<string, number>} counts @param {string[]} more counts of which there are more @returns {Record<string, Count>} */
export function figures(counts, more) {
  const found = Object.entries(counts).map(([name, tickets]) => [name, { tickets, more: more.includes(name) }]);
  const work = {
    tickets: WORK.reduce((sum, name) => sum + counts[name], 0),
    more: WORK.some((name) => more.includes(name)),
  };
  return { ...Object.fromEntries(found), work };
}

/** A count as it is shown, like `5,000+`. @param {Count} count */
export const counted = ({ tickets, more }) => `${tickets.toLocaleString('en-US')}${more ? '+' : ''}`;
