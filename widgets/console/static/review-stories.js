/**
 * The chats of tickets: those of the open ticket, and those of the next ones, which are read ahead of time.
 *
 * @import { Change, Ticket } from '../shared/types.js'
 * @import { Ask } from './review-waiting.js'
 * @typedef {Pick<Ticket, 'number'|'status'|'resolution'|'version'|'channel'|'requester'|'transcript'> & {history: Change[]}} Chats
 */

import { Refused } from '../shared/http.js';

export class ReviewStories {
  /** @type {Map<number, Chats>} */
  #stories = new Map();
  /** @type {Map<number, string>} why they could not be read */
  #faults = new Map();
  /** @type {Map<number, Promise<void>>} */
  #reading = new Map();

  /** @param {{ask: Ask, changed: (ticket: number) => void}} given `changed`: the chats of this ticket were read, or cannot be read */
  constructor({ ask, changed }) {
    this.ask = ask;
    this.changed = changed;
  }

  /** The chats of a ticket; null if they were not read. @param {number|null} ticket */
  of(ticket) {
    return ticket === null ? null : (this.#stories.get(ticket) ?? null);
  }

  /** @param {number|null} ticket */
  faultOf(ticket) {
    return ticket === null ? '' : (this.#faults.get(ticket) ?? '');
  }

  /** Reads the chats of a ticket, unless they are known or on their way. @param {number} ticket @returns {Promise<void>} */
  read(ticket) {
    if (this.#stories.has(ticket)) return Promise.resolve();
    const reading = this.#reading.get(ticket) ?? this.#read(ticket);
    this.#reading.set(ticket, reading);
    return reading;
  }

  /** Reads them even if they are known. @param {number} ticket */
  async again(ticket) {
    await this.#reading.get(ticket);
    await this.#read(ticket);
  }

  /** @param {number} ticket */
  async #read(ticket) {
    try {
      this.#stories.set(ticket, (await this.ask('GET', `/api/tickets/${ticket}/review`)).data);
      this.#faults.delete(ticket);
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      this.#faults.set(ticket, why.message);
    } finally {
      this.#reading.delete(ticket);
    }
    this.changed(ticket);
  }

  /** @param {number} ticket */
  forget(ticket) {
    this.#stories.delete(ticket);
  }

  clear() {
    this.#stories.clear();
    this.#faults.clear();
  }
}
