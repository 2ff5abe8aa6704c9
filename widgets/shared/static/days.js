/**
 * Formats days and times of day. Separate from `moments.js`, because the widget's form shows none.
 *
 * @import { At } from './moments.js'
 */

import { clock } from './moments.js';
import { locale, t } from './words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NBSP = '\u00a0';
const dayOf = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' });
const dayAndYearOf = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', year: 'numeric' });
const weekdayOf = new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'short', day: 'numeric' });

/** @param {string} text */
const whole = (text) => text.replaceAll(' ', NBSP);

/** `Nov 25`, with the year where it is not this one. @param {At} at @param {number} now */
export function day(at, now) {
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return whole((sameYear ? dayOf : dayAndYearOf).format(date));
}

/** True if two moments fall on one day of the reader's calendar. @param {At} a @param {At} b */
export const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

/** `16:34` today, else `Nov 24, 16:34`. @param {At} at @param {number} now */
export const stamp = (at, now) => (sameDay(at, now) ? clock(at) : `${day(at, now)}, ${clock(at)}`);

/** `Today`, `Yesterday`, `Monday, Nov 23`: the heading over a day's messages. @param {At} at @param {number} now */
export function heading(at, now) {
  if (sameDay(at, now)) return t('Today');
  if (sameDay(at, now - DAY)) return t('Yesterday');
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? weekdayOf.format(new Date(at)) : day(at, now);
}

/** Time since, in short: `now`, `4 min`, `1 h`, then the date. @param {At} at @param {number} now */
export function since(at, now) {
  const gone = now - new Date(at).getTime();
  if (gone < MINUTE) return 'now';
  if (gone < HOUR) return `${Math.floor(gone / MINUTE)}${NBSP}min`;
  if (gone < DAY) return `${Math.floor(gone / HOUR)}${NBSP}h`;
  return day(at, now);
}
