/**
 * The days on which hours differ, those of several weeks together.
 *
 * @import { Change } from './hours-changes.js'
 * @import { Difference } from './hours-work.js'
 */

/** `weekday`: 1 to 7 from Monday, if all the days are that day of the week; otherwise 0. @typedef {Difference & {weekday: number}} Repeated */

/** What is for a schedule or a team from a day on. */
const LASTING = new Set(['week', 'calendar', 'restore', 'team']);
const WEEK_MS = 7 * 86_400_000;

/**
 * True if a difference goes on after the time that the preview looks at.
 * @param {Repeated} one @param {Difference[]} all @param {Change[]} changes @param {{schedule: string, teams: string[]}[]} schedules
 */
export function goesOn(one, all, changes, schedules) {
  const end = Math.max(...all.map(({ last }) => Date.parse(last)));
  if (one.days < 2 || end - Date.parse(one.last) >= WEEK_MS) return false;
  return changes.some((change) => {
    if (!LASTING.has(change.do)) return false;
    const teams =
      change.do === 'team'
        ? [change.team]
        : (schedules.find(({ schedule }) => schedule === change.schedule)?.teams ?? []);
    return teams.some((team) => one.teams.includes(team));
  });
}

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
