/**
 * How a time is shown: 24 hours, the reader's own zone and language, a date that never breaks.
 * Everything takes `now` where it needs it, in ms, and returns text.
 *
 * @typedef {string|number} At RFC 3339, or ms
 */

import { locale, n, t } from './words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NBSP = '\u00a0';
const clockOf = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const dayOf = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const dayAndYearOf = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', year: 'numeric' });
const weekdayOf = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'short', day: 'numeric' });
const longOf = new Intl.DateTimeFormat(locale, {
  weekday: 'short', year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
});

/** @param {string} text */
const whole = (text) => text.replaceAll(' ', NBSP);

/** `16:34` @param {At} at */
export const clock = (at) => clockOf.format(new Date(at));

/** `Nov 25`, with the year where it is not this one. @param {At} at @param {number} now */
export function day(at, now) {
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return whole((sameYear ? dayOf : dayAndYearOf).format(date));
}

/** Do two moments fall on one day of the reader's calendar? @param {At} a @param {At} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** `16:34` today, else `Nov 24, 16:34`. @param {At} at @param {number} now */
export const stamp = (at, now) => (sameDay(at, now) ? clock(at) : `${day(at, now)}, ${clock(at)}`);

/** `Today`, `Yesterday`, `Monday, Nov 23`: the heading over a day's messages. @param {At} at @param {number} now */
export function heading(at, now) {
  if (sameDay(at, now)) return t('Today');
  if (sameDay(at, now - DAY)) return t('Yesterday');
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? weekdayOf.format(new Date(at)) : day(at, now);
}

/** The whole moment, for a title: `Wed, Nov 25, 2026, 16:34:05 EST`. @param {At} at */
export const long = (at) => longOf.format(new Date(at));

/** A running timer: `0:07`, `3:12`, `1:02:33`. @param {number} ms */
export function timer(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A length in words: `45 s`, `2 min 40 s`, `1 h 5 min`, `3 days`. @param {number} ms */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  return `${Math.floor(minutes / 1440)} days`;
}

/** A length as a list says it, in its largest unit: `4 min`, `9 h`, `3 days`. @param {number} ms */
export function roughly(ms) {
  if (ms < HOUR) return `${Math.max(1, Math.floor(ms / MINUTE))}${NBSP}min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}${NBSP}h`;
  return `${Math.floor(ms / DAY)}${NBSP}days`;
}

/** How long since, short, for a list: `now`, `4 min`, `1 h`, then the date. @param {At} at @param {number} now */
export function since(at, now) {
  const gone = now - new Date(at).getTime();
  if (gone < MINUTE) return 'now';
  if (gone < HOUR) return `${Math.floor(gone / MINUTE)}${NBSP}min`;
  if (gone < DAY) return `${Math.floor(gone / HOUR)}${NBSP}h`;
  return day(at, now);
}

/** An estimate, always with its "about": `about 1 minute`, `about 4 minutes`. @param {number} seconds */
export function about(seconds) {
  return n('about {count} minute', 'about {count} minutes', Math.max(1, Math.round(seconds / 60)));
}

/** The clock on the wall in `zone`, or null where the zone is unknown to this browser. @param {string} zone @param {number} now @returns {string|null} */
export function clockIn(zone, now) {
  try {
    return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(now));
  } catch {
    return null;
  }
}
