/** An alarm that keeps its place in the list. Pure. @import { Alarm } from './alarms.js' */

/**
 * The rows, with one alarm at the place where it was. The others stay in their order.
 * @template {{alarm: Pick<Alarm, 'key'>}} Row @param {Row[]} rows @param {string} key of the alarm, or empty @param {number} at its place @returns {Row[]}
 */
export function pinned(rows, key, at) {
  const found = rows.find(({ alarm }) => alarm.key === key);
  if (!found || at < 0) return rows;
  return rows.filter((row) => row !== found).toSpliced(at, 0, found);
}
