/**
 * Opening hours in words: in the desk's time zone, and in the reader's if it differs. Pure; `now` in ms.
 *
 * @import { Team } from './types.js'
 * @typedef {{desk: string, reader: string}} Zones names of the IANA database
 */

import { locale, t } from './words.js';

const NBSP = '\u00a0';
const DAY = 24 * 3_600_000;
/** A closing time further away than this is not mentioned. */
const TODAY = 18 * 3_600_000;

/** @param {string|number} at @param {Intl.DateTimeFormatOptions} how */
const written = (at, how) => new Intl.DateTimeFormat(locale, how).format(new Date(at));
/** @param {string|number} at @param {string} timeZone */
const clock = (at, timeZone) =>
  written(at, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).replaceAll(' ', NBSP);
/** @param {string|number} at @param {string} timeZone 0 to 23 */
const hourOf = (at, timeZone) =>
  Number(new Intl.DateTimeFormat('en-US', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(new Date(at)));
/** `Wed, Nov 25`; it never breaks. @param {string|number} at @param {string} timeZone */
const day = (at, timeZone) =>
  written(at, { timeZone, weekday: 'short', month: 'short', day: 'numeric' }).replaceAll(' ', NBSP);
/** @param {string|number} at @param {string} timeZone */
const dateOf = (at, timeZone) => written(at, { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });

/** The reader's time zone. */
export const readersZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** `ET`, or the reader's abbreviation; the zone's city if there is none. @param {string} timeZone @param {string|number} at */
export function zoneName(timeZone, at) {
  const short = [locale, 'en-US'].map((language) => zonePart(timeZone, at, 'shortGeneric', language));
  return short.find((name) => /^[A-Z]{2,4}$/u.test(name)) ?? cityOf(timeZone);
}

/** `Eastern`, `heure de l’Est`: the name within a sentence. @param {string} timeZone @param {string|number} at */
function longName(timeZone, at) {
  const named = (/** @type {string} */ language) =>
    zonePart(timeZone, at, 'longGeneric', language).replace(/ Time$/u, '');
  // Nobody uses the browsers' abbreviations in other languages.
  const american = new Map([
    ['Eastern', t('Eastern')],
    ['Central', t('Central')],
    ['Mountain', t('Mountain')],
    ['Pacific', t('Pacific')],
  ]);
  return american.get(named('en-US')) ?? named(locale);
}

/** @param {string} timeZone @param {string|number} at @param {'shortGeneric'|'longGeneric'} timeZoneName */
function zonePart(timeZone, at, timeZoneName, language = locale) {
  return (
    new Intl.DateTimeFormat(language, { timeZone, timeZoneName })
      .formatToParts(new Date(at))
      .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  );
}

/** `Buenos Aires` @param {string} timeZone */
const cityOf = (timeZone) => (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');

/** True if the clocks of both zones show the same time at that moment. @param {string|number} at @param {Zones} zones */
const alike = (at, { desk, reader }) => day(at, desk) + clock(at, desk) === day(at, reader) + clock(at, reader);

/** A moment of today: `19:00 ET`, or `19:00 ET, 18:00 yours`. @param {string|number} at @param {Zones} zones */
export function clockWords(at, zones) {
  const there = `${clock(at, zones.desk)}${NBSP}${zoneName(zones.desk, at)}`;
  return alike(at, zones)
    ? there
    : t('{there}, {here} yours', { there, here: clock(at, zones.reader) }).replace(/ (?=\S+$)/u, NBSP);
}

/** A moment in rows: in the desk's zone, and in the reader's if it differs. @param {string|number} at @param {Zones} zones @returns {Array<{zone: string, time: string}>} */
export function rowsOf(at, zones) {
  const row = (/** @type {string} */ zone, /** @type {string} */ name) => ({
    zone: name,
    time: `${day(at, zone)}, ${clock(at, zone)}`,
  });
  const there = row(zones.desk, longName(zones.desk, at));
  return alike(at, zones)
    ? [there]
    : [there, row(zones.reader, t('{city}, your time', { city: cityOf(zones.reader) }))];
}

/** True if the team closes soon enough to mention the hour. @param {Team} team @param {number} now */
export const closesToday = ({ closes_at: at }, now) => at !== null && new Date(at).getTime() - now < TODAY;

/** `Media is open until 19:00 ET` @param {Team} team @param {number} now @param {Zones} zones */
export function openWords(team, now, zones) {
  if (!closesToday(team, now)) return t('{team} is open now', { team: team.name });
  return t('{team} is open until {time}', { team: team.name, time: clockWords(team.closes_at ?? '', zones) });
}

/** `Finance opens tomorrow morning`, by the reader's calendar. @param {Team} team @param {number} now @param {Zones} zones */
export function opensWords(team, now, zones) {
  if (team.opens_at === null) return t('{team} is closed', { team: team.name });
  return t('{team} opens {when}', { team: team.name, when: dayWords(team.opens_at, now, zones.reader) });
}

/** @param {string} at @param {number} now @param {string} zone */
function dayWords(at, now, zone) {
  const time = clock(at, zone);
  const part = partOf(hourOf(at, zone));
  if (dateOf(at, zone) === dateOf(now, zone))
    return {
      morning: t('this morning'),
      afternoon: t('this afternoon'),
      evening: t('this evening'),
      night: t('at {time}', { time }),
    }[part];
  if (dateOf(at, zone) === dateOf(now + DAY, zone)) {
    return {
      morning: t('tomorrow morning'),
      afternoon: t('tomorrow afternoon'),
      evening: t('tomorrow evening'),
      night: t('tomorrow at {time}', { time }),
    }[part];
  }
  if (new Date(at).getTime() - now >= 6 * DAY) return t('on {date}', { date: day(at, zone) });
  const weekday = written(at, { timeZone: zone, weekday: 'long' });
  return {
    morning: t('{weekday} morning', { weekday }),
    afternoon: t('{weekday} afternoon', { weekday }),
    evening: t('{weekday} evening', { weekday }),
    night: t('{weekday} at {time}', { weekday, time }),
  }[part];
}

/** Times earlier than this are not called morning. @param {number} hour @returns {'morning'|'afternoon'|'evening'|'night'} */
const partOf = (hour) => (hour < 5 ? 'night' : hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening');

/** The name of a product; that of the default list is translated. @param {string} name */
export const productWords = (name) => (name === 'Other' ? t('Other') : name);

/** `Media`, `Media and Prod`, `Media, Prod and Tech` @param {string[]} names */
export const listed = (names) => new Intl.ListFormat(locale === 'en-US' ? 'en-GB' : locale).format(names);
