/**
 * The rows of a scorecard while somebody changes them. Pure: each function returns new rows.
 *
 * @typedef {{id?: number, text: string}} Row without `id`: a new one
 */

export const ROWS_MAX = 6;

/** @param {Row[]} rows @param {number} at @param {string} text */
export const renamed = (rows, at, text) => rows.with(at, { ...rows[at], text });

/** @param {Row[]} rows @param {number} at @param {1|-1} by @returns {Row[]} the same rows if it is the last one in that direction */
export function moved(rows, at, by) {
  const to = at + by;
  if (to < 0 || to >= rows.length) return rows;
  return rows.with(at, rows[to]).with(to, rows[at]);
}

/** @param {Row[]} rows @param {number} at @returns {Row[]} */
export const without = (rows, at) => rows.filter((_, place) => place !== at);

/** What is sent: no empty new rows, no white space around texts. @param {Row[]} rows @returns {Row[]} */
export const wanted = (rows) =>
  rows.map((row) => ({ ...row, text: row.text.trim() })).filter(({ id, text }) => id !== undefined || text);

/** @param {Row[]} one @param {Row[]} other */
export const same = (one, other) =>
  one.length === other.length && one.every(({ id, text }, at) => id === other[at].id && text === other[at].text);
