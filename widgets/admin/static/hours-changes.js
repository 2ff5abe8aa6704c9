/**
 * The changes of an hours page that are not saved. Each sets something to a value, and a later change of the same thing
 * replaces the earlier one.
 *
 * @import { LastSave } from './last-save.js'
 *
 * @typedef {{do: 'week', schedule: string, from: string, week: string[][]}} WeekChange
 * @typedef {{do: 'days', schedule: string, first: string, last: string, spans: string[]|null, name: string|null}} DaysChange
 * @typedef {{do: 'holiday', schedule: string, day: string, observed: boolean}} HolidayChange
 * @typedef {{do: 'calendar', schedule: string, country: string|null, subdivision: string|null}} CalendarChange
 * @typedef {{do: 'schedule', schedule: string, like: string}} AddedSchedule
 * @typedef {{do: 'rename', schedule: string, to: string}} RenamedSchedule
 * @typedef {{do: 'remove', schedule: string}} RemovedSchedule
 * @typedef {{do: 'restore', schedule: string, versions: object[]}} RestoredSchedule
 * @typedef {{do: 'team', team: string, schedule: string}} TeamChange
 * @typedef {WeekChange|DaysChange|HolidayChange|CalendarChange|AddedSchedule|RenamedSchedule|RemovedSchedule|RestoredSchedule|TeamChange} Change
 *
 * @typedef {{first: string, last: string, kind: 'holiday'|'exception', name: string|null, spans: string[], observed: boolean}} ScheduleDay
 * @typedef {{from: string|null, week: string[][]}} Version
 * @typedef {{schedule: string, teams: string[], mail_of: string[], may_change: boolean, versions: Version[], country: string|null, subdivision: string|null, days: ScheduleDay[]}} Schedule
 * @typedef {{team: string, name: string, published_as: string, schedule: string, may_change: boolean}} Team
 * @typedef {{today: string, timezone: string, file: string, version: string|null, saved: LastSave|null, faults: string[], read_only: string|null, schedules: Schedule[], teams: Team[]}} Hours
 */

/** What a change is about. Two changes with the same key cannot both hold. @param {Change} change */
export function keyOf(change) {
  switch (change.do) {
    case 'week':
      return `week ${change.schedule}`;
    case 'days':
      return `days ${change.schedule} ${change.first} ${change.last}`;
    case 'holiday':
      return `holiday ${change.schedule} ${change.day}`;
    case 'team':
      return `team ${change.team}`;
    default:
      return `${change.do} ${change.schedule}`;
  }
}

/**
 * How many changes somebody made. A day for several schedules is one, and so is what a new schedule gets with its teams.
 * @param {Change[]} changes
 */
export function countOf(changes) {
  const isNew = new Set(changes.flatMap((one) => (one.do === 'schedule' ? [one.schedule] : [])));
  const hours = changes.filter((one) => !['schedule', 'team'].includes(one.do));
  const filled = new Set(hours.flatMap((one) => ('schedule' in one ? [one.schedule] : [])));
  const counted = changes.flatMap((one) => {
    if (one.do === 'schedule') return filled.has(one.schedule) ? [] : [keyOf(one)];
    if (one.do === 'team') return isNew.has(one.schedule) ? [] : [keyOf(one)];
    if (one.do === 'days' || one.do === 'holiday') return [JSON.stringify({ ...one, schedule: '' })];
    return [keyOf(one)];
  });
  return new Set(counted).size;
}

/** New schedules come first, so that other changes can use them. A schedule keeps its key until the end. */
const ORDER = ['schedule', 'team', 'week', 'remove', 'rename'];
const placeOf = (/** @type {Change} */ { do: what }) => ORDER.indexOf(ORDER.includes(what) ? what : 'week');

/** The changes in the order in which they are made. @param {Change[]} changes @param {Change} change @returns {Change[]} */
export const withChange = (changes, change) =>
  [...changes.filter((one) => keyOf(one) !== keyOf(change)), change].sort((a, b) => placeOf(a) - placeOf(b));

/** The value that a change would replace, as text to compare. @param {Hours} hours @param {Change} change */
export function replacedBy(hours, change) {
  const schedule = hours.schedules.find((one) => 'schedule' in change && one.schedule === change.schedule);
  switch (change.do) {
    case 'week':
      return JSON.stringify(schedule?.versions);
    case 'days': {
      const touched = schedule?.days.filter((day) => day.first <= change.last && day.last >= change.first);
      return JSON.stringify(touched);
    }
    case 'holiday':
      return JSON.stringify(schedule?.days.filter((day) => day.first <= change.day && day.last >= change.day));
    case 'calendar':
      return JSON.stringify([schedule?.country, schedule?.subdivision]);
    case 'remove':
      return JSON.stringify([schedule?.teams, schedule?.mail_of]);
    case 'schedule':
    case 'rename':
    case 'restore':
      return JSON.stringify(schedule?.schedule);
    case 'team':
      return JSON.stringify(hours.teams.find((team) => team.team === change.team)?.schedule);
  }
}

/**
 * The changes that somebody else's save touched too.
 * @param {Change[]} changes @param {Hours} before @param {Hours} now
 */
export const inConflict = (changes, before, now) =>
  changes.filter((change) => replacedBy(before, change) !== replacedBy(now, change));

/** The version of a schedule in force on a day. @param {Schedule} schedule @param {string} day */
export function versionOn(schedule, day) {
  const [first, ...later] = schedule.versions;
  return later.findLast((version) => version.from !== null && version.from <= day) ?? first ?? { from: null, week: [] };
}

/** The names of the teams that use a schedule. @param {Hours} hours @param {Schedule} schedule */
export const teamsOf = (hours, schedule) => [
  ...namesOf(hours, schedule.teams),
  ...namesOf(hours, schedule.mail_of).map((name) => `mail of ${name}`),
];

/** The names of teams, in their order on the page. @param {Hours} hours @param {string[]} keys */
export const namesOf = (hours, keys) => hours.teams.filter(({ team }) => keys.includes(team)).map(({ name }) => name);

/** @param {Schedule} schedule */
export const isUsed = (schedule) => schedule.teams.length + schedule.mail_of.length > 0;
