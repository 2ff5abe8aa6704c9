/**
 * Keeps a list of tickets up to date while it is open. What changes in a row is shown at once. Rows do not move under the
 * reader: a list in another order waits until they ask for it. It draws nothing, and reports `change`.
 *
 * @import { Frame } from '../shared/client/types.js'
 * @import { Ticket } from '../shared/types.js'
 * @import { Ask, TicketSearch } from './ticket-search.js'
 * @typedef {{setTimeout: (run: () => void, ms: number) => unknown, looks: () => boolean}} Around `looks`: the page is visible
 */

import { Refused } from '../shared/http.js';
import { queryOf } from './facets.js';

const SOON_MS = 300;
/** A busy desk has news every second. */
const EVERY_MS = 2_000;
/** Most that one request lists. */
const ROWS_MAX = 200;
const ROWS_MIN = 50;

/** @type {Around} */
const BROWSER = {
  setTimeout: (run, ms) => setTimeout(run, ms),
  looks: () => document.visibilityState === 'visible',
};

export class LiveList extends EventTarget {
  /** Tickets whose row would be elsewhere. */
  waiting = 0;
  /** @type {{of: unknown, tickets: Ticket[], next: string|null}|null} the list as it is now */
  #fresh = null;
  /** Tickets with news since the rows were in order. @type {Set<number>} */
  #heard = new Set();
  #due = false;
  #behind = false;
  /** The reader has changed tickets, and expects the list to follow. */
  #own = false;
  #around;
  #ask;

  /** @param {TicketSearch} search @param {Ask} ask @param {Around} [around] */
  constructor(search, ask, around = BROWSER) {
    super();
    this.search = search;
    this.#ask = ask;
    this.#around = around;
  }

  /** @param {Frame} frame news, of whatever */
  heard(frame) {
    if (frame.type !== 'ticket.news' && frame.type !== 'ticket.gone') return;
    this.#heard.add(frame.ticket);
    this.stale();
  }

  /** The list may have changed. @param {boolean} [own] by the reader, so that its rows are put in order at once */
  stale(own = false) {
    this.#own ||= own;
    this.#behind = true;
    if (this.#due) return;
    this.#due = true;
    this.#around.setTimeout(() => this.#read(), SOON_MS);
  }

  async #read() {
    try {
      // A page that nobody sees asks for nothing. It catches up when it is turned to.
      if (this.#behind && this.#around.looks() && !this.search.loading) {
        this.#behind = false;
        await this.#refresh();
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // The next news tries again.
    }
    this.#around.setTimeout(() => {
      this.#due = false;
      if (this.#behind && this.#around.looks()) this.stale();
    }, EVERY_MS);
  }

  async #refresh() {
    const { asked: of, me, tickets: before } = this.search;
    const limit = Math.min(ROWS_MAX, Math.max(ROWS_MIN, before.length));
    const query = queryOf(of, me.id);
    query.set('limit', String(limit));
    const [{ data }] = await Promise.all([this.#ask('GET', `/api/tickets?${query}`), this.search.count()]);
    if (this.search.asked !== of || this.search.loading) return;
    const shown = this.search.tickets;
    const known = new Map(data.tickets.map((/** @type {Ticket} */ ticket) => [ticket.number, ticket]));
    this.search.show(shown.map((ticket) => known.get(ticket.number) ?? ticket));
    // What is beyond the most that can be asked for stays.
    const rest = shown.slice(limit).filter(({ number }) => !known.has(number));
    const tickets = [...data.tickets, ...rest];
    this.#fresh = { of, tickets, next: rest.length ? this.search.next : data.next };
    if (this.#own || sameOrder(shown, tickets) || !shown.length) this.apply();
    else this.#wait(shown, tickets);
  }

  /** @param {Ticket[]} shown @param {Ticket[]} tickets */
  #wait(shown, tickets) {
    const concerned = new Set([...shown, ...tickets].map(({ number }) => number));
    this.waiting = Math.max(1, [...this.#heard].filter((number) => concerned.has(number)).length);
    this.dispatchEvent(new Event('change'));
  }

  /** Shows the list as it is now. */
  apply() {
    const fresh = this.#fresh;
    this.#fresh = null;
    this.#own = false;
    this.waiting = 0;
    this.#heard.clear();
    if (fresh?.of === this.search.asked) this.search.show(fresh.tickets, fresh.next);
    this.dispatchEvent(new Event('change'));
  }

  /** Another list was asked for: what waits is of the one before. */
  get stands() {
    return this.waiting > 0 && this.#fresh?.of === this.search.asked;
  }
}

/** @param {Ticket[]} some @param {Ticket[]} others */
const sameOrder = (some, others) =>
  some.length === others.length && some.every(({ number }, at) => number === others[at].number);
