/**
 * Formats times: 24 hours, the reader's time zone and language, dates that never wrap. Functions take `now` in ms and
 * return text.
 *
 * @typedef {string|number} At RFC 3339, or ms
 */

import { locale, n } from './words.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const NBSP = '\u00a0';
const clockOf = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const longOf = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
});

/** `16:34` @param {At} at */
export const clock = (at) => clockOf.format(new Date(at));

/** The whole moment, for a title: `Wed, Nov 25, 2026, 16:34:05 EST`. @param {At} at */
export const long = (at) => longOf.format(new Date(at));

/** A running timer: `0:07`, `3:12`, `1:02:33`. @param {number} ms */
export function timer(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** A length in words, rounded down as in `timer`: `45 s`, `2 min 40 s`, `1 h 5 min`, `3 days`. @param {number} ms */
export function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min${seconds % 60 ? ` ${seconds % 60} s` : ''}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`;
  return `${Math.floor(minutes / 1440)} days`;
}

/** A duration in its largest unit: `4 min`, `9 h`, `3 days`. @param {number} ms */
export function roughly(ms) {
  if (ms < HOUR) return `${Math.max(1, Math.floor(ms / MINUTE))}${NBSP}min`;
  if (ms < 2 * DAY) return `${Math.floor(ms / HOUR)}${NBSP}h`;
  return `${Math.floor(ms / DAY)}${NBSP}days`;
}

/** An estimate, always with its "about": `about 1 minute`, `about 4 minutes`. @param {number} seconds */
export function about(seconds) {
  return n('about {count} minute', 'about {count} minutes', Math.max(1, Math.round(seconds / 60)));
}

/** The time in `zone`; null if this browser does not know the zone. @param {string} zone @param {number} now @returns {string|null} */
export function clockIn(zone, now) {
  try {
    return new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    }).format(new Date(now));
  } catch {
    return null;
  }
}
