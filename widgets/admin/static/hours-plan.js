/**
 * The schedules as the changes that are not saved leave them, and the changes that give teams a schedule of their own.
 *
 * @import { Change, Hours, Schedule } from './hours-changes.js'
 *
 * @typedef {Schedule & {isNew: boolean, becomes: string, isRemoved: boolean}} PlannedSchedule `becomes`: the new key of
 *   a renamed schedule, otherwise empty
 */

const KEY_MAX = 32;

/** The schedules after the changes, except for hours. Removed schedules stay in the list. @param {Hours} hours @param {Change[]} changes @returns {PlannedSchedule[]} */
export function planned(hours, changes) {
  /** @type {PlannedSchedule[]} */
  const schedules = hours.schedules.map((one) => ({ ...one, isNew: false, becomes: '', isRemoved: false }));
  const find = (/** @type {string} */ key) => schedules.find(({ schedule }) => schedule === key);
  for (const change of changes) {
    if (change.do === 'schedule') {
      const like = find(change.like);
      if (like)
        schedules.push({ ...like, schedule: change.schedule, teams: [], mail_of: [], may_change: true, isNew: true });
    } else if (change.do === 'team') {
      for (const one of schedules) one.teams = one.teams.filter((team) => team !== change.team);
      const to = find(change.schedule);
      if (to) to.teams = [...to.teams, change.team];
    } else if (change.do === 'rename') {
      const one = find(change.schedule);
      if (one) one.becomes = change.to;
    } else if (change.do === 'remove') {
      const one = find(change.schedule);
      if (one) one.isRemoved = true;
    }
  }
  return schedules;
}

/**
 * A key for a name that somebody wrote: lowercase letters, digits and hyphens. A number is added if the key is taken.
 * @param {string} name @param {Iterable<string>} taken @returns {string} empty if the name has no letter and no digit
 */
export function keyOfName(name, taken) {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const whole = plain
    .replaceAll('ß', 'ss')
    .replaceAll('æ', 'ae')
    .replaceAll('ø', 'o')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const cut = whole.slice(0, KEY_MAX + 1);
  // A long name is cut between words.
  const key = cut.length > KEY_MAX ? cut.slice(0, cut.lastIndexOf('-') > 0 ? cut.lastIndexOf('-') : KEY_MAX) : cut;
  const all = new Set(taken);
  if (!key || !all.has(key)) return key;
  for (let number = 2; ; number += 1) {
    const ending = `-${number}`;
    const next = `${key.slice(0, KEY_MAX - ending.length)}${ending}`;
    if (!all.has(next)) return next;
  }
}

/** The keys that no new schedule can have. @param {Hours} hours @param {Change[]} changes */
export const takenKeys = (hours, changes) => [
  ...hours.schedules.map(({ schedule }) => schedule),
  ...changes.flatMap((one) => (one.do === 'schedule' ? [one.schedule] : one.do === 'rename' ? [one.to] : [])),
];

/**
 * The changes that give teams a schedule of their own, which is a copy of the one that they share. Changes of the
 * shared schedule that are not saved are copied too.
 * @param {Change[]} changes those that are not saved @param {string} like @param {string} key @param {string[]} teams @returns {Change[]}
 */
export function ownHours(changes, like, key, teams) {
  const same = changes.filter((one) => 'schedule' in one && one.schedule === like);
  const hours = same.filter(({ do: what }) => ['week', 'days', 'holiday', 'calendar'].includes(what));
  return [
    { do: 'schedule', schedule: key, like: originOf(changes, like) },
    ...teams.map((team) => /** @type {Change} */ ({ do: 'team', team, schedule: key })),
    ...hours.map((one) => /** @type {Change} */ ({ ...one, schedule: key })),
  ];
}

/** A schedule that is not saved yet is a copy of this one. @param {Change[]} changes @param {string} key */
function originOf(changes, key) {
  const added = changes.find((one) => one.do === 'schedule' && one.schedule === key);
  return added?.do === 'schedule' ? added.like : key;
}

/** The changes without a schedule that was not saved: its teams keep what they have. @param {Change[]} changes @param {string} key */
export const withoutSchedule = (changes, key) => changes.filter((one) => !('schedule' in one) || one.schedule !== key);

/** @typedef {{schedule: PlannedSchedule, chosen: string[], others: string[]}} Share some or all of the teams of a schedule */

/** The schedules of the chosen teams. @param {PlannedSchedule[]} schedules @param {Set<string>} teams @returns {Share[]} */
export const sharesOf = (schedules, teams) =>
  schedules
    .map((schedule) => ({
      schedule,
      chosen: schedule.teams.filter((team) => teams.has(team)),
      others: schedule.teams.filter((team) => !teams.has(team)),
    }))
    .filter(({ chosen }) => chosen.length > 0);

/** `Media`, `Media and Prod`, `Media, Prod and Tech` @param {string[]} names */
export const listed = (names) =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
