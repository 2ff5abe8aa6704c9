/**
 * Hours as people read them: in the desk's zone and, where theirs differs, in their own. Pure; `now` in ms.
 *
 * @import { Team } from './types.js'
 * @typedef {{desk: string, reader: string}} Zones names of the IANA database
 */

const NBSP = '\u00a0';
const DAY = 24 * 3_600_000;
/** A closing further away says nothing about today. */
const TODAY = 18 * 3_600_000;

/** @param {string|number} at @param {Intl.DateTimeFormatOptions} how */
const written = (at, how) => new Intl.DateTimeFormat('en-US', how).format(new Date(at));
/** @param {string|number} at @param {string} timeZone */
const clock = (at, timeZone) => written(at, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
/** `Wed, Nov 25`; it never breaks. @param {string|number} at @param {string} timeZone */
const day = (at, timeZone) => written(at, { timeZone, weekday: 'short', month: 'short', day: 'numeric' }).replaceAll(' ', NBSP);
/** @param {string|number} at @param {string} timeZone */
const dateOf = (at, timeZone) => written(at, { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

/** The zone of whoever looks. */
export const readersZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `ET`, or the zone's city where it has no short name. @param {string} timeZone @param {string|number} at */
export function zoneName(timeZone, at) {
  const short = zonePart(timeZone, at, 'shortGeneric');
  return /^[A-Z]{2,4}$/u.test(short) ? short : cityOf(timeZone);
}

/** `Eastern` @param {string} timeZone @param {string|number} at */
const longName = (timeZone, at) => zonePart(timeZone, at, 'longGeneric').replace(/ Time$/u, '');

/** @param {string} timeZone @param {string|number} at @param {'shortGeneric'|'longGeneric'} timeZoneName */
function zonePart(timeZone, at, timeZoneName) {
  return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName }).formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

/** `Buenos Aires` @param {string} timeZone */
const cityOf = (timeZone) => (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');

/** Do the clocks of both zones show the same at that moment? @param {string|number} at @param {Zones} zones */
const alike = (at, { desk, reader }) => day(at, desk) + clock(at, desk) === day(at, reader) + clock(at, reader);

/** A moment of today: `19:00 ET`, or `19:00 ET, 18:00 yours`. @param {string|number} at @param {Zones} zones */
export function clockWords(at, zones) {
  const there = `${clock(at, zones.desk)}${NBSP}${zoneName(zones.desk, at)}`;
  return alike(at, zones) ? there : `${there}, ${clock(at, zones.reader)}${NBSP}yours`;
}

/** A moment, row by row: the desk's zone, and the reader's where it differs. @param {string|number} at @param {Zones} zones @returns {Array<{zone: string, time: string}>} */
export function rowsOf(at, zones) {
  const row = (/** @type {string} */ zone, /** @type {string} */ name) => ({ zone: name, time: `${day(at, zone)}, ${clock(at, zone)}` });
  const there = row(zones.desk, longName(zones.desk, at));
  return alike(at, zones) ? [there] : [there, row(zones.reader, `${cityOf(zones.reader)}, your time`)];
}

/** `Media is open until 19:00 ET` @param {Team} team @param {number} now @param {Zones} zones */
export function openWords(team, now, zones) {
  const closes = team.closes_at === null ? Number.POSITIVE_INFINITY : new Date(team.closes_at).getTime();
  return team.closes_at !== null && closes - now < TODAY ? `${team.name} is open until ${clockWords(team.closes_at, zones)}` : `${team.name} is open now`;
}

/** `Finance opens tomorrow morning`, by the reader's calendar. @param {Team} team @param {number} now @param {Zones} zones */
export function opensWords(team, now, zones) {
  return team.opens_at === null ? `${team.name} is closed` : `${team.name} opens ${dayWords(team.opens_at, now, zones.reader)}`;
}

/** @param {string} at @param {number} now @param {string} zone */
function dayWords(at, now, zone) {
  const ms = new Date(at).getTime();
  const hour = Number(clock(at, zone).slice(0, 2));
  // Nobody calls two o'clock a morning.
  const part = hour < 5 ? '' : hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
  const when = (/** @type {string} */ named) => (part ? `${named} ${part}` : `${named} at ${clock(at, zone)}`);
  if (dateOf(at, zone) === dateOf(now, zone)) return part ? `this ${part}` : `at ${clock(at, zone)}`;
  if (dateOf(at, zone) === dateOf(now + DAY, zone)) return when('tomorrow');
  return ms - now < 6 * DAY ? when(written(at, { timeZone: zone, weekday: 'long' })) : `on ${day(at, zone)}`;
}

/** `Media`, `Media and Prod`, `Media, Prod and Tech` @param {string[]} names */
export const listed = (names) => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0] ?? '');
