/**
 * Finds the original of a duplicate: by number or words, tickets of the same requester first, then those with the same
 * address. It draws nothing.
 *
 * @import { Ticket } from '../shared/types.js'
 * @typedef {{requester: string|null, email: string|null, number: number|null}} Duplicate its requester's id and address; `number`: null if it is no
 *   ticket yet
 * @typedef {typeof import('../shared/http.js').ask} Ask
 */

import { Refused } from '../shared/http.js';
import { paced } from '../shared/pace.js';

const PAUSE_MS = 200;
const READ = 20;
const SHOWN = 5;

export class Originals {
  query = '';
  /** @type {Ticket[]} */
  found = [];
  /** The one that Enter takes. */
  marked = 0;
  /** @type {Ticket|null} */
  chosen = null;
  /** Why nothing could be searched. */
  wrong = '';
  /** The words that `found` is for; null while nothing was read. @type {string|null} */
  #answered = null;
  #reading = 0;
  /** What waits for the answer. @type {(() => void)|null} */
  #then = null;
  #ask;
  #of;
  #changed;
  #soon;

  /** @param {{ask: Ask, of: Duplicate, changed: () => void, pauseMs?: number}} given */
  constructor({ ask, of, changed, pauseMs = PAUSE_MS }) {
    this.#ask = ask;
    this.#of = of;
    this.#changed = changed;
    this.#soon = paced(() => void this.read(), pauseMs);
  }

  /** True if there is an answer, and nothing was found. */
  get none() {
    return this.#answered === this.query.trim() && !this.found.length && !this.wrong;
  }

  /** True while there is no answer for what was typed: `found` is still for the words before. */
  get looking() {
    return Boolean(this.query.trim()) && this.#answered !== this.query.trim();
  }

  /** Calls `act` as soon as a ticket is found for what was typed, unless something else is typed. @param {() => void} act */
  whenFound(act) {
    this.#then = act;
  }

  /** @param {string} query */
  seek(query) {
    this.query = query;
    this.#then = null;
    this.chosen = null;
    this.marked = 0;
    this.#soon();
    this.#changed();
  }

  async read() {
    this.#reading += 1;
    const mine = this.#reading;
    const query = this.query.trim();
    const { requester, email } = this.#of;
    const words = query.replace(/^#\s*/u, '');
    const wanted = words ? { q: words } : { ...(requester && { requester }), ...(email && { email }) };
    if (!Object.keys(wanted).length) return;
    try {
      const pages = await Promise.all(Object.entries(wanted).map((one) => this.#page(one)));
      if (mine !== this.#reading) return;
      this.found = ranked(pages.flat(), { words, ...this.#of });
      this.wrong = '';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (mine !== this.#reading) return;
      this.found = [];
      this.wrong = error.message;
    }
    this.#answered = query;
    this.#changed();
    if (this.looking) return;
    const then = this.#then;
    this.#then = null;
    if (this.found.length) then?.();
  }

  /** @param {[string, string]} filter @returns {Promise<Ticket[]>} */
  async #page(filter) {
    const query = new URLSearchParams([filter, ['limit', String(READ)]]);
    return (await this.#ask('GET', `/api/tickets?${query}`)).data.tickets;
  }

  /** @param {1|-1} step */
  move(step) {
    if (this.found.length) this.marked = (this.marked + step + this.found.length) % this.found.length;
    this.#changed();
  }

  /** @param {Ticket|undefined} [ticket] without one, the marked one @returns {boolean} whether there is one */
  take(ticket = this.found[this.marked]) {
    this.chosen = ticket ?? null;
    this.#changed();
    return Boolean(ticket);
  }

  /** Searches again. */
  change() {
    this.chosen = null;
    this.#changed();
  }
}

/**
 * The exact number first, then tickets of the same requester, then those with the same address. Each once; the duplicate
 * itself is left out.
 * @param {Ticket[]} tickets @param {Duplicate & {words: string}} of @returns {Ticket[]}
 */
export function ranked(tickets, { words, requester, email, number }) {
  const rank = (/** @type {Ticket} */ ticket) => {
    if (String(ticket.number) === words) return 0;
    if (requester !== null && ticket.requester?.id === requester) return 1;
    return email !== null && ticket.requester?.email === email ? 2 : 3;
  };
  const each = new Map(tickets.map((ticket) => [ticket.number, ticket]));
  each.delete(number ?? 0);
  return [...each.values()].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}
