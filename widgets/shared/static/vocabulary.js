/** Status and code as they are shown, from what the server wrote into the page. */

import { h, icon } from './dom.js';

const SHAPES = {
  open: ['open', 'circle-dot'],
  awaiting_reply: ['awaiting', 'hourglass'],
  fixed_pending_rca: ['rca', 'search-check'],
  solved: ['solved', 'circle-check'],
};

/**
 * @param {{statuses: Array<{key: string, name: string}>, codes?: Array<{key: string, name: string, meaning: string, group: string, pending_rca: boolean, only_product: string|null}>}} page
 */
export function vocabulary({ statuses, codes = [] }) {
  const names = new Map(statuses.map(({ key, name }) => [key, name]));
  const byKey = new Map(codes.map((code) => [code.key, code]));
  return {
    statuses,
    codes,
    /** @param {string} key */
    status: (key) => names.get(key) ?? key,
    code: (key) => byKey.get(key)?.name ?? key,
    meaning: (key) => byKey.get(key)?.meaning ?? '',
  };
}

/** A status with its shape and its word. @param {string} key @param {string} name @param {boolean} [locked] closed for good */
export function statusTag(key, name, locked = false) {
  const [look, shape] = SHAPES[key] ?? ['open', 'circle-dot'];
  return h('span', { class: `status ${look}` }, icon(locked ? 'lock' : shape), name);
}
