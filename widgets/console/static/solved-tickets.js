/**
 * Recently solved tickets of a team, from which codes are suggested. Only a help: all codes are there without them.
 *
 * @import { Past } from './code-suggestions.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 */

import { Refused } from '../shared/http.js';

const LOOKED_AT = 100;
const HOLDS_MS = 10 * 60_000;
/** Nobody waits longer for suggestions. */
const PATIENCE_MS = 250;

export class SolvedTickets {
  /** @type {Map<string, {at: number, tickets: Promise<Past[]>}>} */
  #kept = new Map();

  /** @param {{ask: Ask, now: () => number}} given */
  constructor({ ask, now }) {
    this.ask = ask;
    this.now = now;
  }

  /** Newest first. @param {string} team @returns {Promise<Past[]>} */
  of(team) {
    const kept = this.#kept.get(team);
    if (kept && this.now() - kept.at < HOLDS_MS) return kept.tickets;
    const tickets = this.#read(team);
    this.#kept.set(team, { at: this.now(), tickets });
    return tickets;
  }

  /** Those that are there by now, or none. @param {string} team @returns {Promise<Past[]>} */
  soon(team) {
    const none = new Promise((/** @type {(none: Past[]) => void} */ done) => {
      setTimeout(() => done([]), PATIENCE_MS);
    });
    return Promise.race([this.of(team), none]);
  }

  /** A ticket was solved here: it counts at once. @param {string} team @param {Past} ticket */
  add(team, ticket) {
    const kept = this.#kept.get(team);
    if (kept) kept.tickets = kept.tickets.then((tickets) => [ticket, ...tickets]);
  }

  /** @param {string} team @returns {Promise<Past[]>} */
  async #read(team) {
    try {
      const query = new URLSearchParams({ team, status: 'solved', limit: String(LOOKED_AT) });
      const { data } = await this.ask('GET', `/api/tickets?${query}`);
      return data.tickets;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return [];
    }
  }
}
