/** Days and spans of hours in words. A day is a text such as 2026-11-30, and has no time zone. */

const DAY = new Intl.DateTimeFormat('en-US', { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' });
const SHORT = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
const LONG = new Intl.DateTimeFormat('en-US', {
  weekday: 'long',
  month: 'short',
  day: 'numeric',
  year: 'numeric',
  timeZone: 'UTC',
});
const WEEKDAY = new Intl.DateTimeFormat('en-US', { weekday: 'short', timeZone: 'UTC' });
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** @param {string} day */
const at = (day) => new Date(`${day}T00:00:00Z`);

/** `Mon, Nov 30` @param {string} day */
export const dayWords = (day) => DAY.format(at(day));
/** `Nov 30` @param {string} day */
export const shortDay = (day) => SHORT.format(at(day));
/** `Mon` @param {string} day */
export const weekdayOf = (day) => WEEKDAY.format(at(day));

/** `Sunday, Mar 14, 2027` @param {string} day */
export const longDay = (day) => LONG.format(at(day));

/** @param {string} first @param {string} last */
export function daysWords(first, last) {
  if (first === last) return shortDay(first);
  const sameMonth = first.slice(0, 7) === last.slice(0, 7);
  return sameMonth ? `${shortDay(first)}–${Number(last.slice(8))}` : `${shortDay(first)} – ${shortDay(last)}`;
}

/** @param {string[]} spans */
export const spansWords = (spans) => spans.map((span) => span.replace('-', '–')).join(', ') || 'closed';

/** Minutes as hours: `18 hours`, `30 minutes`, `1 h 30 min`. @param {number} minutes */
export function amount(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (!rest) return hours === 1 ? '1 hour' : `${hours} hours`;
  return hours ? `${hours} h ${rest} min` : `${rest} minutes`;
}

/**
 * The weekdays of a week, neighbors with the same spans together: `Monday to Friday`.
 * @param {string[][]} week @returns {{days: string, spans: string}[]}
 */
export function weekWords(week) {
  /** @type {{first: number, last: number, spans: string}[]} */
  const found = [];
  for (const [number, spans] of week.entries()) {
    if (!spans.length) continue;
    const words = spans.map((span) => span.replace('-', ' to ')).join(', ');
    const before = found.at(-1);
    if (before && before.last === number - 1 && before.spans === words) before.last = number;
    else found.push({ first: number, last: number, spans: words });
  }
  return found.map(({ first, last, spans }) => ({
    days: first === last ? `${WEEKDAYS[first]}` : `${WEEKDAYS[first]} to ${WEEKDAYS[last]}`,
    spans,
  }));
}

/** @param {string} text `HH:MM` */
export const minutesOf = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5));

/** The name of a schedule on the page. @param {string} key */
export const scheduleName = (key) => key.replaceAll('-', ' ').replace(/^./, (letter) => letter.toUpperCase());

/** @param {string} zone */
export function zoneName(zone) {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts();
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** `ET`, or a name such as `France Time`. @param {string} zone */
export function zoneWords(zone) {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'shortGeneric' }).formatToParts();
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

/** @param {string} country @param {string|null} subdivision */
export function calendarName(country, subdivision) {
  const name = new Intl.DisplayNames(['en'], { type: 'region' }).of(country) ?? country;
  return subdivision ? `${name}, ${subdivision}` : name;
}

/**
 * By how many minutes a zone sets its clocks forward on a day. Negative: back. @param {string} day @param {string} zone
 */
export function clocksMove(day, zone) {
  const offset = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  const minutes = (/** @type {number} */ at) => {
    const name = offset.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const found = /([+-])(\d\d):(\d\d)/.exec(name);
    return found ? Number(`${found[1]}1`) * (Number(found[2]) * 60 + Number(found[3])) : 0;
  };
  const noon = Date.parse(`${day}T12:00:00Z`);
  return minutes(noon) - minutes(noon - 86_400_000);
}

/** What a clock change does to a day. Empty if the clocks stay as they are. @param {string} day @param {string} zone */
export function clockChangeWords(day, zone) {
  const moved = clocksMove(day, zone);
  if (!moved) return '';
  const where = moved > 0 ? 'forward' : 'back';
  const what =
    moved > 0 ? 'The time that is skipped is not open time.' : 'The time that comes twice is open both times.';
  return `${longDay(day)}: the clocks go ${where}, so the day has ${amount(1440 - moved)}. ${what}`;
}
