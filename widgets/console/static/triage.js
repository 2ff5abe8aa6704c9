/**
 * How staff sort tickets: priorities, tags and times of a snooze. Pure.
 *
 * @typedef {{value: string, name: string}} Choice
 */

/** From the most to the least urgent. @type {Record<string, string>} */
export const PRIORITIES = { urgent: 'Urgent', high: 'High', normal: 'Normal', low: 'Low' };

/** A working day begins at this hour of the reader. */
const MORNING = 9;
const HOUR = 3_600_000;

/** The text as a tag, as the desk stores it. @param {string} text */
export const tagOf = (text) =>
  text.normalize('NFC').trim().replace(/^#/u, '').trim().toLowerCase().replace(/\s+/gu, '-');

/** The tags in a text, between commas or white space. @param {string} text */
export const tagsIn = (text) => [...new Set(text.split(/[\s,]+/u).map(tagOf))].filter(Boolean);

/** The moment as a field for date and time has it. @param {Date} at */
export function local(at) {
  const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The morning that comes so many days later. @param {number} now @param {number} days */
function morning(now, days) {
  const at = new Date(now);
  at.setDate(at.getDate() + days);
  at.setHours(MORNING, 0, 0, 0);
  return at;
}

/** The times that a snooze offers. `value` is a time in RFC 3339. @param {number} now @returns {Choice[]} */
export function snoozes(now) {
  const weekday = new Date(now).getDay();
  const tomorrow = weekday === 5 || weekday === 6 ? [] : [{ name: 'Tomorrow, 9:00', at: morning(now, 1) }];
  const monday = (8 - weekday) % 7 || 7;
  const found = [
    { name: 'In 3 hours', at: new Date(now + 3 * HOUR) },
    ...tomorrow,
    ...(monday === 1 && tomorrow.length ? [] : [{ name: 'Monday, 9:00', at: morning(now, monday) }]),
    { name: 'In two weeks, 9:00', at: morning(now, 14) },
  ];
  return found.map(({ name, at }) => ({ name, value: at.toISOString() }));
}
