/**
 * Finds the original of a duplicate: by number or words, tickets of the same requester first. It draws nothing.
 *
 * @import { Ticket } from '../shared/types.js'
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
  #ask;
  #of;
  #changed;
  #soon;

  /** @param {{ask: Ask, of: {requester: string|null, number: number|null}, changed: () => void, pauseMs?: number}} given `of`: the duplicate */
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

  /** @param {string} query */
  seek(query) {
    this.query = query;
    this.chosen = null;
    this.marked = 0;
    this.#soon();
    this.#changed();
  }

  async read() {
    this.#reading += 1;
    const mine = this.#reading;
    const query = this.query.trim();
    const { requester } = this.#of;
    const words = query.replace(/^#\s*/u, '');
    if (!words && !requester) return;
    const asked = new URLSearchParams(words ? { q: words } : { requester: requester ?? '' });
    asked.set('limit', String(READ));
    try {
      const { data } = await this.#ask('GET', `/api/tickets?${asked}`);
      if (mine !== this.#reading) return;
      this.found = ranked(data.tickets, { words, ...this.#of });
      this.wrong = '';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (mine !== this.#reading) return;
      this.found = [];
      this.wrong = error.message;
    }
    this.#answered = query;
    this.#changed();
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
 * The exact number first, then tickets of the same requester. The duplicate itself is left out.
 * @param {Ticket[]} tickets @param {{words: string, requester: string|null, number: number|null}} of @returns {Ticket[]}
 */
export function ranked(tickets, { words, requester, number }) {
  const rank = (/** @type {Ticket} */ ticket) => {
    if (String(ticket.number) === words) return 0;
    return requester !== null && ticket.requester?.id === requester ? 1 : 2;
  };
  return tickets
    .filter((ticket) => ticket.number !== number)
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, SHOWN);
}
