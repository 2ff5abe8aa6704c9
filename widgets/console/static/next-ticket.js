/**
 * Finds the ticket after or before one, in the list as the desk has it now.
 *
 * @import { Order } from './ticket-order.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {(path: string, asked: URLSearchParams) => Promise<Awaited<ReturnType<Ask>>['data']>} Get
 */

import { Refused } from '../shared/http.js';
import { keepOrder, keptOrder } from './ticket-order.js';

/** Most that one request lists. */
const ROWS_MAX = 200;
/** Behind a list that was loaded, at most so many requests look for more. */
const REQUESTS_MAX = 10;
/** Whoever waits longer for all answers about the list as it is now, goes on in the list as it was. */
const WAIT_MS = 2_000;

/**
 * The next ticket that is in the list now, null after the last one. Behind the end of what was loaded, the list goes on
 * with what the reader has not come by: further pages, and tickets that are new in it.
 * @param {number} number @param {Ask} ask
 * @returns {Promise<number|null>} never rejects: without an answer, the neighbor in the list as it was loaded
 */
export function nextNow(number, ask) {
  const { numbers } = keptOrder();
  return nearest(numbers.slice(numbers.indexOf(number) + 1), ask, following);
}

/** The ticket before one that is in the list now, null before the first one. @param {number} number @param {Ask} ask @returns {Promise<number|null>} as `nextNow` */
export function previousNow(number, ask) {
  const { numbers } = keptOrder();
  return nearest(numbers.slice(0, Math.max(0, numbers.indexOf(number))).reverse(), ask, staying);
}

/** @typedef {Order & {query: string, there: number[], get: Get}} Asked `there`: the tickets in this direction, as they were loaded */

/** @param {number[]} there @param {Ask} ask @param {(asked: Asked) => Promise<number|null>} find */
async function nearest(there, ask, find) {
  const { numbers, query } = keptOrder();
  if (query === null) return there[0] ?? null;
  const signal = AbortSignal.timeout(WAIT_MS);
  /** @type {Get} */
  const get = async (path, asked) => (await ask('GET', `${path}?${asked}`, { signal })).data;
  try {
    return await find({ numbers, query, there, get });
  } catch (error) {
    if (error instanceof Refused || /** @type {Error} */ (error).name === 'TimeoutError') return there[0] ?? null;
    throw error;
  }
}

/** The first of the loaded tickets that is in the list now. @param {Asked} asked */
async function staying({ query, there, get }) {
  if (!there.length) return null;
  const filters = new URLSearchParams(query);
  filters.delete('sort');
  const { numbers, more } = await get('/api/tickets/numbers', filters);
  const now = new Set(numbers);
  // Of a very long list, only a part is known. A ticket outside of it may be in the list too.
  return (more ? there[0] : there.find((number) => now.has(number))) ?? null;
}

/** @param {Asked} asked */
async function following(asked) {
  const { numbers, query, get } = asked;
  const next = await staying(asked);
  if (next) return next;
  const rows = new URLSearchParams(query);
  rows.set('limit', String(ROWS_MAX));
  for (let page = 0; page < REQUESTS_MAX; page += 1) {
    const { tickets, next: cursor } = await get('/api/tickets', rows);
    const listed = tickets.map((/** @type {{number: number}} */ { number }) => number);
    const others = listed.filter((/** @type {number} */ number) => !numbers.includes(number));
    if (others.length) {
      keepOrder([...numbers, ...others], query);
      return others[0];
    }
    if (!cursor) break;
    rows.set('cursor', cursor);
  }
  return null;
}
