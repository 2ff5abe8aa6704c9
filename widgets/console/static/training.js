/**
 * The training that a closed chat or a solved ticket attaches for its customer: what the desk suggests, and what the agent chose of it. It
 * draws nothing.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{id: number, title: string, minutes: number, kind: string}} Resource
 * @typedef {{id: number, title: string, starts_at: string, places_left: number}} Session
 */

import { Refused } from '../shared/http.js';
import { TRAINS } from './training-codes.js';

const WORDS_MAX = 200;

export class Training {
  /** @type {Resource[]} */
  resources = [];
  /** @type {Session[]} */
  sessions = [];
  /** The ids of the chosen resources. @type {Set<number>} */
  chosen = new Set();
  /** The id of the chosen session, 0 for none. */
  session = 0;
  /** The order of the playlist that the desk suggests. @type {number[]} */
  #order = [];
  /** What was asked for last. @type {string|null} */
  #asked = null;
  #ask;
  #changed;

  /** @param {{ask: Ask, changed: () => void}} given */
  constructor({ ask, changed }) {
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Reads what fits a product and words, once for each product. @param {string} product @param {string} words */
  async read(product, words) {
    if (this.#asked === product) return;
    this.#asked = product;
    const query = new URLSearchParams({ words: words.slice(0, WORDS_MAX), ...(product ? { product } : {}) });
    try {
      const { data } = await this.#ask('GET', `/api/training?${query}`);
      if (this.#asked !== product) return;
      this.resources = data.resources;
      this.sessions = data.sessions;
      this.#order = data.playlist;
      this.chosen = new Set(data.playlist);
      this.session = 0;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The desk attaches what it suggests.
      this.#asked = null;
    }
    this.#changed();
  }

  /** @param {number} id */
  toggle(id) {
    if (!this.chosen.delete(id)) this.chosen.add(id);
    this.#changed();
  }

  /** @param {number} id 0 for none */
  take(id) {
    this.session = id;
    this.#changed();
  }

  /** The field to send. None if nothing is known, and the desk decides. @returns {Record<string, object>} */
  get wanted() {
    if (this.#asked === null) return {};
    const first = this.#order.filter((id) => this.chosen.has(id));
    const others = this.resources.map(({ id }) => id).filter((id) => this.chosen.has(id) && !first.includes(id));
    return { training: { resources: [...first, ...others], ...(this.session ? { session: this.session } : {}) } };
  }
}

/** True if this change solves the ticket with a code that attaches training. @param {{form: Record<string, string>, changed: string[]}} work @param {string} [status] */
export function trains({ form, changed }, status = form.status) {
  const now = status !== form.status || changed.includes('status') || changed.includes('resolution');
  return now && status === 'solved' && TRAINS.includes(form.resolution);
}
