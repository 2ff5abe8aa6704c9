/**
 * Names of statuses and codes, from what the server wrote into the page.
 *
 * @typedef {ReturnType<typeof vocabulary>} Vocabulary
 */

import { locale } from './words.js';

/** @type {Record<string, [string, string]>} */
const SHAPES = {
  open: ['open', 'circle-dot'],
  awaiting_reply: ['awaiting', 'hourglass'],
  fixed_pending_rca: ['rca', 'search-check'],
  solved: ['solved', 'circle-check'],
};

/**
 * @param {{statuses: import('./types.js').StatusWord[], codes?: import('./types.js').Code[]}} page
 */
export function vocabulary({ statuses, codes = [] }) {
  const names = new Map(statuses.map(({ key, name }) => [key, name]));
  const byKey = new Map(codes.map((code) => [code.key, code]));
  return {
    statuses,
    codes,
    status: (/** @type {string} */ key) => names.get(key) ?? key,
    code: (/** @type {string} */ key) => byKey.get(key)?.name ?? key,
    meaning: (/** @type {string} */ key) => byKey.get(key)?.meaning ?? '',
  };
}

/** Class and icon of a status. @param {string} key */
export const shapeOf = (key) => SHAPES[key] ?? SHAPES.open;

/** A status's name in the middle of a sentence. @param {string} name */
export const inside = (name) => name.charAt(0).toLocaleLowerCase(locale) + name.slice(1);
