/**
 * The weeks that the preview of the hours page shows.
 *
 * @import { Change } from './hours-changes.js'
 */

const SHOWN_DAYS = 14;
const DAY_MS = 86_400_000;

/** The first day of the preview of the end of the year; empty for the coming weeks. @param {string} today */
export function yearEndOf(today) {
  const first = `${today.slice(0, 4)}-12-20`;
  return first < today ? '' : first;
}

/**
 * The first day of a preview that shows what a change changes. Empty: today.
 * @param {Change} change @param {string} from the first day of the present preview @param {string} today
 */
export function weeksWith(change, from, today) {
  const day = firstDayOf(change);
  if (day <= today) return from;
  const shows = (/** @type {string} */ first) => first <= day && day <= plus(first, SHOWN_DAYS - 1);
  if (shows(from || today)) return from;
  if (shows(today)) return '';
  if (shows(yearEndOf(today))) return yearEndOf(today);
  return plus(day, -((new Date(day).getUTCDay() + 6) % 7));
}

/** Empty for a change that has no day. @param {Change} change */
function firstDayOf(change) {
  if (change.do === 'days') return change.first;
  if (change.do === 'holiday') return change.day;
  return change.do === 'week' ? change.from : '';
}

/** @param {string} day @param {number} days */
const plus = (day, days) => new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
