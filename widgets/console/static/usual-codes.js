/**
 * The resolution codes that a person uses, for when the desk suggests none: without a connection, or if it is slow. Kept in
 * this browser; without storage they last as long as the page.
 *
 * @import { Code } from '../shared/types.js'
 * @import { Ask, Suggested } from './likely-codes.js'
 */

import { likelyCodes } from './likely-codes.js';

const SHOWN = 3;
const KEPT = 12;

export class UsualCodes {
  /** What was used last, or was suggested, the likeliest first. @type {string[]} */
  #known = [];
  /** The code that was used last on this page. @type {string|null} */
  #last = null;

  /** @param {string} person @param {Storage|null} storage */
  constructor(person, storage) {
    this.key = `switchboard.codes.${person}`;
    this.storage = storage;
    try {
      const kept = JSON.parse(storage?.getItem(this.key) ?? '[]');
      if (Array.isArray(kept)) this.#known = kept.filter((key) => typeof key === 'string');
    } catch {
      // Storage blocked, or written by something else.
    }
  }

  /** A ticket was solved with this code. @param {string|null} code */
  used(code) {
    this.#last = code;
    if (code) this.#keep([code, ...this.#known]);
  }

  /** The desk's suggestions; if there are none, the usual codes, and those that only this product has. @param {Ask} ask @param {string} of as for `likelyCodes` @param {{codes: Code[], product: string}} at @returns {Promise<Suggested>} */
  async likely(ask, of, { codes, product }) {
    const suggested = await likelyCodes(ask, of);
    const usedLast = this.#last ?? suggested.usedLast;
    if (suggested.codes.length) {
      this.#keep([...this.#known, ...suggested.codes]);
      return { codes: suggested.codes, usedLast };
    }
    const allowed = codes.filter((code) => code.by_hand && (!code.only_product || code.only_product === product));
    const own = allowed.filter((code) => code.only_product).map(({ key }) => key);
    const usual = [...new Set([...this.#known, ...own])].filter((key) => allowed.some((code) => code.key === key));
    return { codes: usual.slice(0, SHOWN), usedLast };
  }

  /** @param {string[]} codes */
  #keep(codes) {
    this.#known = [...new Set(codes)].slice(0, KEPT);
    try {
      this.storage?.setItem(this.key, JSON.stringify(this.#known));
    } catch {
      // Storage full or blocked: they hold until the page is left.
    }
  }
}
