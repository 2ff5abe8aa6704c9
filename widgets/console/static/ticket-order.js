/** The order of the list that the reader came from, per tab: the tickets before and after one. */

const KEY = 'switchboard.tickets.order';

/** @returns {number[]} */
function order() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** @param {number[]} numbers */
export function keepOrder(numbers) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(numbers));
  } catch {
    // Without storage a ticket has no neighbours.
  }
}

/** The position of a ticket in the list, from 1, the length of the list, and the neighbors. @param {number} number */
export function neighbours(number) {
  const numbers = order();
  const at = numbers.indexOf(number);
  if (at < 0) return null;
  return { place: at + 1, of: numbers.length, before: numbers[at - 1] ?? null, after: numbers[at + 1] ?? null };
}
