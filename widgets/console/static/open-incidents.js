/**
 * The open incidents, for colleagues. Pure.
 *
 * @typedef {{id: number, title: string, step: string, began_at: string, banner: boolean}} Incident as in `GET /api/incidents`
 */

/** @type {Record<string, string>} */
const STEPS = {
  investigating: 'We are looking into it.',
  identified: 'We know why and are fixing it.',
  monitoring: 'A fix is in place, and we are watching it.',
};

/** The newest incident in incident mode, and how many others are. @param {Incident[]} open @returns {{newest: Incident, others: number}|null} */
export function inIncidentMode(open) {
  const [newest, ...others] = open
    .filter(({ banner }) => banner)
    .sort((a, b) => b.began_at.localeCompare(a.began_at) || b.id - a.id);
  return newest ? { newest, others: others.length } : null;
}

/** @param {Incident} incident @param {number} others */
export const standing = ({ step }, others) =>
  `${STEPS[step]}${others ? ` ${others} more ${others === 1 ? 'incident is' : 'incidents are'} open.` : ''}`;
