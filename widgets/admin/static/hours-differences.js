/**
 * The days on which hours differ, those of several weeks together.
 *
 * @import { Difference } from './hours-work.js'
 */

/** `weekday`: 1 to 7 from Monday, if all the days are that day of the week; otherwise 0. @typedef {Difference & {weekday: number}} Repeated */

/** Differences that come again each week are one. @param {Difference[]} differences @returns {Repeated[]} */
export function repeated(differences) {
  /** @type {Map<string, Repeated>} */
  const found = new Map();
  for (const one of differences) {
    const key = JSON.stringify([one.teams, one.before, one.after]);
    const weekday = one.days === 1 ? ((new Date(one.first).getUTCDay() + 6) % 7) + 1 : 0;
    const before = found.get(key);
    if (!before) found.set(key, { ...one, weekday });
    else {
      before.last = one.last;
      before.days += one.days;
      before.minutes += one.minutes;
      if (before.weekday !== weekday) before.weekday = 0;
    }
  }
  return [...found.values()];
}
