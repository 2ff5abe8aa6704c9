/**
 * The incidents of the banner, for colleagues. Pure.
 *
 * @typedef {{id: number, title: string, step: string, began_at: string, resolved_at: string|null}} Incident as in `GET /api/incidents`
 */

import { clock } from '../shared/moments.js';

/** @type {Record<string, string>} */
const STEPS = {
  investigating: 'We are looking into it.',
  identified: 'We know why and are fixing it.',
  monitoring: 'A fix is in place, and we are watching it.',
};

/** @param {Incident} incident */
export const isOver = ({ resolved_at: at }) => at !== null;

/**
 * The newest open incident, and how many others are open. Without an open one, the one that ended last.
 *
 * @param {Incident[]} incidents as `state=in_banner` gives them @returns {{newest: Incident, others: number}|null}
 */
export function inBanner(incidents) {
  const [newest, ...others] = incidents
    .filter((one) => !isOver(one))
    .sort((a, b) => b.began_at.localeCompare(a.began_at) || b.id - a.id);
  if (newest) return { newest, others: others.length };
  const [last] = incidents.toSorted((a, b) => `${b.resolved_at}`.localeCompare(`${a.resolved_at}`) || b.id - a.id);
  return last ? { newest: last, others: 0 } : null;
}

/** @param {Incident} incident @param {number} others */
export function standing({ step, resolved_at: at }, others) {
  if (at !== null) return `It is over: back to normal since ${clock(at)}.`;
  return `${STEPS[step]}${others ? ` ${others} more ${others === 1 ? 'incident is' : 'incidents are'} open.` : ''}`;
}
