/**
 * Finds the ticket after one, in the list as the desk has it now.
 *
 * @import { Order } from './ticket-order.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 */

import { Refused } from '../shared/http.js';
import { keepOrder, keptOrder } from './ticket-order.js';

/** Most that one request lists. */
const ROWS_MAX = 200;
/** Whoever waits longer for the list as it is now, goes on in the list as it was. */
const WAIT_MS = 2_000;

/**
 * The next ticket that is in the list now, null after the last one. Behind the end of what was loaded, the list goes on
 * with what the reader has not come by: further pages, and tickets that are new in it.
 * @param {number} number @param {Ask} ask
 * @returns {Promise<number|null>} never rejects: without an answer, the neighbor in the list as it was loaded
 */
export async function nextNow(number, ask) {
  const { numbers, query } = keptOrder();
  const later = numbers.slice(numbers.indexOf(number) + 1);
  if (query === null) return later[0] ?? null;
  const get = (/** @type {string} */ path, /** @type {URLSearchParams} */ asked) =>
    ask('GET', `${path}?${asked}`, { signal: AbortSignal.timeout(WAIT_MS) });
  try {
    return await following({ numbers, query, later, get });
  } catch (error) {
    if (error instanceof Refused || /** @type {Error} */ (error).name === 'TimeoutError') return later[0] ?? null;
    throw error;
  }
}

/** @param {Order & {query: string, later: number[], get: (path: string, asked: URLSearchParams) => ReturnType<Ask>}} asked */
async function following({ numbers, query, later, get }) {
  const filters = new URLSearchParams(query);
  filters.delete('sort');
  const stay = new Set();
  if (later.length) {
    const { data } = await get('/api/tickets/numbers', filters);
    for (const number of data.numbers) stay.add(number);
    const next = later.find((number) => stay.has(number));
    // Of a very long list, only a part is known: a ticket before `next` may be in the rest.
    if (next && (!data.more || next === later[0])) return next;
  }
  const rows = new URLSearchParams(query);
  rows.set('limit', String(ROWS_MAX));
  const { data } = await get('/api/tickets', rows);
  const listed = data.tickets.map((/** @type {{number: number}} */ ticket) => ticket.number);
  for (const number of listed) stay.add(number);
  const next = later.find((number) => stay.has(number));
  if (next) return next;
  const others = listed.filter((/** @type {number} */ number) => !numbers.includes(number));
  keepOrder([...numbers, ...others], query);
  return others[0] ?? null;
}
