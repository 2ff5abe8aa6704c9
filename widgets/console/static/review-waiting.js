/**
 * Judgements that are not saved yet. They are sent one after the other, and wait while there is no connection.
 *
 * @import { ToReview } from './review-day.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{verdict: 'confirmed'|'corrected', resolution?: string, duplicate_of?: number, reason?: string, scores?: Record<string, string>, feedback?: string}} Judged
 * @typedef {{ticket: number, version: number, body: Judged}} Waiting
 */

import { Refused, final } from '../shared/http.js';

/** More than this many must not wait: the page says so. */
export const WAITING_MAX = 50;
const AGAIN_MS = 5_000;

export class ReviewWaiting {
  /** @type {Waiting[]} */
  #list = [];
  #sending = false;
  /** When sending began to fail, ms; null while it works. @type {number|null} */
  lostAt = null;
  /** True if the desk answers, and cannot save. */
  broken = false;
  /** For how long there was no connection, ms, and how many judgements were saved after it. @type {{ms: number, saved: number}|null} */
  back = null;
  #saved = 0;

  /**
   * @param {{ask: Ask, saved: (ticket: number, answer: ToReview) => void, refused: (one: Waiting, why: Refused) => void, changed: () => void,
   *   now?: () => number, later?: (run: () => void, ms: number) => unknown}} given `refused`: the desk will never take it as it is
   */
  constructor({ ask, saved, refused, changed, now = () => Date.now(), later = (run, ms) => setTimeout(run, ms) }) {
    this.ask = ask;
    this.saved = saved;
    this.refused = refused;
    this.changed = changed;
    this.now = now;
    this.later = later;
  }

  get count() {
    return this.#list.length;
  }

  get full() {
    return this.count >= WAITING_MAX;
  }

  /** @param {number} ticket */
  has(ticket) {
    return this.#list.some((one) => one.ticket === ticket);
  }

  /** Takes one back that was not sent. @param {number} ticket */
  drop(ticket) {
    this.#list = this.#list.filter((one, at) => one.ticket !== ticket || (at === 0 && this.#sending));
  }

  /** @param {Waiting} one @returns {boolean} false: too many wait */
  add(one) {
    if (this.full) return false;
    this.#list.push(one);
    void this.send();
    return true;
  }

  /** Sends what waits, in order, until something fails. */
  async send() {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#list.length) {
      const [one] = this.#list;
      try {
        const answer = await post(this.ask, one);
        this.#list.shift();
        this.#worked();
        this.saved(one.ticket, answer);
      } catch (why) {
        if (!(why instanceof Refused)) throw why;
        if (!final(why.status)) {
          this.#failed(why);
          break;
        }
        this.#list.shift();
        this.#worked();
        this.refused(one, why);
      }
    }
    this.#sending = false;
    this.changed();
  }

  #worked() {
    if (this.lostAt === null) return;
    this.#saved += 1;
    if (this.#list.length) return;
    this.back = { ms: this.now() - this.lostAt, saved: this.#saved };
    this.lostAt = null;
    this.broken = false;
    this.#saved = 0;
  }

  /** @param {Refused} why */
  #failed(why) {
    this.lostAt ??= this.now();
    this.back = null;
    this.broken = why.status !== 0;
    this.later(() => this.send(), AGAIN_MS);
  }
}

/** Saves one judgement. @param {Ask} ask @param {Waiting} one @returns {Promise<ToReview>} the ticket after it */
export async function post(ask, { ticket, version, body }) {
  const headers = { 'If-Match': `"${version}"` };
  return (await ask('POST', `/api/tickets/${ticket}/review`, { body, headers })).data;
}
