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
/** Whoever waits longer for the list as it is now, goes on in the list as it was. */
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
  const earlier = numbers.slice(0, Math.max(0, numbers.indexOf(number))).reverse();
  return nearest(earlier, ask, async ({ get, query, there }) => {
    const { stay, more } = await listed(get, query);
    // Of a very long list, only a part is known.
    return there.find((one) => stay.has(one)) ?? (more ? (there[0] ?? null) : null);
  });
}

/** @param {number[]} there the tickets in this direction, as they were loaded @param {Ask} ask @param {(asked: Order & {query: string, there: number[], get: Get}) => Promise<number|null>} find */
async function nearest(there, ask, find) {
  const { numbers, query } = keptOrder();
  if (query === null) return there[0] ?? null;
  /** @type {Get} */
  const get = async (path, asked) =>
    (await ask('GET', `${path}?${asked}`, { signal: AbortSignal.timeout(WAIT_MS) })).data;
  try {
    return await find({ numbers, query, there, get });
  } catch (error) {
    if (error instanceof Refused || /** @type {Error} */ (error).name === 'TimeoutError') return there[0] ?? null;
    throw error;
  }
}

/** Numbers of the tickets that are in the list now. `more`: not all of them. @param {Get} get @param {string} query */
async function listed(get, query) {
  const filters = new URLSearchParams(query);
  filters.delete('sort');
  const { numbers, more } = await get('/api/tickets/numbers', filters);
  return { stay: /** @type {Set<number>} */ (new Set(numbers)), more };
}

/** @param {Order & {query: string, there: number[], get: Get}} asked */
async function following({ numbers, query, there, get }) {
  const { stay, more } = there.length ? await listed(get, query) : { stay: new Set(), more: true };
  const known = there.find((number) => stay.has(number));
  // Of a very long list, only a part is known: a ticket before `known` may be in the rest.
  if (known && (!more || known === there[0])) return known;
  const rows = new URLSearchParams(query);
  rows.set('limit', String(ROWS_MAX));
  const others = [];
  for (let asked = 0; asked < REQUESTS_MAX && !others.length; asked += 1) {
    const { tickets, next: cursor } = await get('/api/tickets', rows);
    for (const { number } of tickets) {
      stay.add(number);
      if (!numbers.includes(number)) others.push(number);
    }
    const next = there.find((number) => stay.has(number));
    if (next) return next;
    if (!cursor) break;
    rows.set('cursor', cursor);
  }
  keepOrder([...numbers, ...others], query);
  return others[0] ?? null;
}
