/**
 * The canned replies of the agent, and those that fit what is typed behind a slash. It draws nothing.
 *
 * @import { Place, Reply, Token } from './canned-text.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 */

import { Refused } from '../shared/http.js';
import { addressing, gapsOf, matching, pieces, textFor, tokenAt, valuesOf } from './canned-text.js';
import { neighbour } from './keys.js';

/** Older lists are read again when the agent next looks. */
const FRESH_MS = 60_000;
const SHOWN = 40;
const PATH = '/api/replies';

export class CannedReplies {
  /** Most used first; null until they are known. @type {Reply[]|null} */
  list = null;
  /** @type {Token|null} */
  token = null;
  /** Those that fit, best first. @type {Reply[]} */
  found = [];
  fault = '';
  /** @type {string|null} */
  #marked = null;
  #sure = false;
  /** The slash at which the agent closed the list. */
  #left = -1;
  #readAt = -Infinity;
  #typed = { text: '', caret: 0 };
  /** @type {string|null} */
  #locale = null;
  #ask;
  #now;
  #changed;

  /** @param {{ask: Ask, now?: () => number, changed: () => void}} given */
  constructor({ ask, now = Date.now, changed }) {
    this.#ask = ask;
    this.#now = now;
    this.#changed = changed;
  }

  /** True while there is something to show. Without replies that fit, the slash is only a slash. */
  get open() {
    if (!this.token || this.token.start === this.#left) return false;
    return this.list === null ? Boolean(this.fault) : this.found.length > 0 || !this.token.words;
  }

  /** The reply that Enter inserts. */
  get marked() {
    return this.found.find(({ id }) => id === this.#marked) ?? (this.#sure ? this.found[0] : null) ?? null;
  }

  /** Reads the list, unless it is fresh. @returns {Promise<void>} */
  async read() {
    if (this.#now() - this.#readAt < FRESH_MS) return;
    this.#readAt = this.#now();
    try {
      const { data } = await this.#ask('GET', PATH);
      this.list = data.replies;
      this.fault = '';
    } catch (fault) {
      if (!(fault instanceof Refused)) throw fault;
      this.#readAt = -Infinity;
      this.fault = fault.message;
    }
    this.#find();
  }

  /** The agent has typed, or moved the caret. @param {string} text @param {number} caret @param {string|null} locale the customer's language */
  look(text, caret, locale) {
    const token = tokenAt(text, caret);
    if (token?.start !== this.token?.start || token?.words !== this.token?.words) this.#marked = null;
    if (!token || token.start !== this.#left) this.#left = -1;
    this.token = token;
    this.#typed = { text, caret };
    this.#locale = locale;
    if (token) void this.read();
    this.#find();
  }

  #find() {
    const { found, sure } = this.token
      ? matching(this.list ?? [], this.token.words, this.#locale)
      : { found: [], sure: false };
    this.found = found.slice(0, SHOWN);
    this.#sure = sure;
    this.#changed();
  }

  /** @param {1|-1} by */
  step(by) {
    const ids = this.found.map(({ id }) => id);
    this.#marked = neighbour(ids, this.marked?.id ?? null, by);
    this.#changed();
  }

  /** @param {string} id */
  mark(id) {
    this.#marked = id;
    this.#changed();
  }

  /** Closes the list. What was typed stays. */
  leave() {
    if (this.token) this.#left = this.token.start;
    this.#changed();
  }

  /** The agent is elsewhere. */
  away() {
    this.token = null;
    this.#find();
  }

  /** The text with the reply in place of the slash and what is typed behind it, the caret, and the gaps. @param {Reply} reply @param {Place} place */
  insert(reply, place) {
    const { text, caret } = this.#typed;
    const start = this.token?.start ?? caret;
    const said = this.said(reply, place)
      .map((piece) => piece.text)
      .join('');
    this.away();
    this.#ask('POST', `${PATH}/${encodeURIComponent(reply.id)}/uses`).catch(() => {});
    const [gap] = gapsOf(said);
    const at = gap ? [start + gap.start, start + gap.end] : [start + said.length, start + said.length];
    return { text: text.slice(0, start) + said + text.slice(caret), from: at[0], to: at[1], whole: !gap };
  }

  /** The text as it would be inserted, in pieces. @param {Reply} reply @param {Place} place */
  said(reply, place) {
    const values = valuesOf(place);
    return pieces(addressing(textFor(reply, place.locale).text, values), values);
  }
}
