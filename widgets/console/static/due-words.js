/**
 * Service level targets in words. Pure.
 *
 * @typedef {{metric: string, due: string|null, warn_at: string|null, met_at: string|null, breached: boolean}} Target
 * @typedef {{key: string, name: string, words: string, look: ''|'soon'|'late', at: string|null}} Shown
 */

import { stamp } from '../shared/days.js';
import { roughly } from '../shared/moments.js';

/** @type {Record<string, string>} */
const METRICS = { first_reply: 'First reply', next_reply: 'Next reply', resolution: 'Resolution' };
const HOUR_MS = 3_600_000;

/** The targets that are not met yet, those that are due first in front. @param {{sla?: Target[]}} ticket @param {number} now @returns {Shown[]} */
export function targetsOf({ sla }, now) {
  return (sla ?? [])
    .filter(({ met_at: met }) => !met)
    .toSorted((a, b) => timeOf(a.due) - timeOf(b.due))
    .map((target) => shown(target, now));
}

/** @param {Target} target @param {number} now @returns {Shown} */
function shown({ metric, due, warn_at: warn, breached }, now) {
  const name = METRICS[metric] ?? metric;
  if (!due)
    return { key: metric, name, words: breached ? 'late, paused' : 'paused', look: breached ? 'late' : '', at: due };
  const left = timeOf(due) - now;
  if (left <= 0) return { key: metric, name, words: `${roughly(-left)} late`, look: 'late', at: due };
  const words = left < HOUR_MS ? `due in ${roughly(left)}` : `due ${stamp(due, now)}`;
  return { key: metric, name, words, look: timeOf(warn) <= now ? 'soon' : '', at: due };
}

/** @param {string|null} at */
const timeOf = (at) => (at ? new Date(at).getTime() : Infinity);
