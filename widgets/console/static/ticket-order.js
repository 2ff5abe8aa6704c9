/**
 * The order of the list that the reader came from, per tab: the tickets before and after one.
 *
 * @typedef {{numbers: number[], query: string|null}} Order `query`: how the desk is asked for the list as it is now
 */

const KEY = 'switchboard.tickets.order';

/** @returns {Order} */
export function keptOrder() {
  try {
    const found = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    // Earlier versions kept the numbers alone.
    return Array.isArray(found) ? { numbers: found, query: null } : found;
  } catch {
    return { numbers: [], query: null };
  }
}

/** @param {number[]} numbers @param {string|null} query the parameters of the list for `/api/tickets`, without a cursor */
export function keepOrder(numbers, query) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ numbers, query }));
  } catch {
    // Without storage a ticket has no neighbours.
  }
}

/** The position of a ticket in the list, from 1, the length of the list, and the neighbors. @param {number} number */
export function neighbours(number) {
  const { numbers } = keptOrder();
  const at = numbers.indexOf(number);
  if (at < 0) return null;
  return { place: at + 1, of: numbers.length, before: numbers[at - 1] ?? null, after: numbers[at + 1] ?? null };
}
