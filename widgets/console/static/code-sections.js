/**
 * Resolution codes under headings, and the search for one. Pure.
 *
 * @import { Code } from '../shared/types.js'
 * @import { Choice } from './codes.js'
 */

import { ALSO_CALLED } from './code-words.js';
import { choices } from './codes.js';

/** @typedef {{title: string, count: number|null, codes: Choice[]}} Section a heading with its codes; without a title, what was searched for */

/**
 * The codes under their headings: the likely ones first, then each group with all it has. A search has one list, the
 * best match first.
 * @param {Code[]} codes @param {{status: string, product: string, search?: string, likely?: string[]}} at @returns {Section[]}
 */
export function sections(codes, { status, product, search = '', likely = [] }) {
  const all = choices(codes, { status, product });
  if (search.trim()) return [{ title: '', count: null, codes: found(all, search) }];
  const top = likely.flatMap((key) => all.filter((code) => code.key === key && !code.refused));
  const order = codes.filter(({ key }) => all.some((code) => code.key === key)).map(({ key }) => key);
  const rest = all.filter((code) => !top.includes(code)).sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key));
  const groups = [...new Set(codes.map(({ group }) => group))].map((group) => ({
    title: group,
    count: all.filter((code) => code.group === group).length,
    codes: rest.filter((code) => code.group === group),
  }));
  return [{ title: 'Likely', count: null, codes: top }, ...groups].filter((section) => section.codes.length);
}

/** Lower case, without accents. @param {string} text */
const folded = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/**
 * The codes that have all words of a search: first the names that begin with its first word, then those that contain it,
 * then the others. Refused codes come last.
 * @param {Choice[]} codes @param {string} search
 */
export function found(codes, search) {
  const words = folded(search).split(/\s+/u).filter(Boolean);
  const rank = (/** @type {Choice} */ { name, refused }) => {
    const at = folded(name).indexOf(words[0]);
    return refused ? 3 : at < 0 ? 2 : Math.min(at, 1);
  };
  return codes
    .filter(({ key, name, meaning, group }) => {
      const said = folded(`${name} ${meaning} ${group} ${ALSO_CALLED[key] ?? ''}`);
      return words.every((word) => said.includes(word));
    })
    .sort((a, b) => rank(a) - rank(b));
}
