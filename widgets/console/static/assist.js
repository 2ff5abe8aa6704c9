/**
 * What the assistant is asked about a conversation, and what it found. Draws nothing; reports `change`.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {'summary'|'reply'|'code'|'translation'} What
 * @typedef {{what: What, text: string|null, codes: string[], sources: {title: string, url: string}[]}} Found
 */

import { Refused } from '../shared/http.js';

/** At most this many messages can be chosen. */
const MESSAGES = 12;

/**
 * The messages of a ticket that can be translated, newest first. Notes are for staff only, and stay at the desk.
 *
 * @param {Array<{type: string, text?: string|null, from?: {name?: string|null}|null}>} transcript
 */
export const messagesOf = (transcript) =>
  transcript
    .filter(({ type, text }) => text && (type === 'message' || type === 'reply'))
    .slice(-MESSAGES)
    .reverse()
    .map(({ from, text }) => ({ who: from?.name ?? 'The requester', text: text ?? '' }));

export class Assist extends EventTarget {
  /** What is asked now. @type {What|null} */
  asking = null;
  /** @type {Found|null} */
  found = null;
  /** Why nothing was found; empty if it was not refused. */
  fault = '';
  /** The conversation that this is about. @type {string|null} */
  #address = null;
  /** @type {AbortController|null} */
  #underWay = null;

  /** @param {Ask} ask */
  constructor(ask) {
    super();
    this.ask = ask;
  }

  get address() {
    return this.#address;
  }

  /** Another conversation is on the screen, or none. @param {string|null} address such as `/api/tickets/7` */
  about(address) {
    if (address === this.#address) return;
    this.#address = address;
    this.forget();
  }

  /** Stops asking, and forgets what was found. */
  forget() {
    this.#underWay?.abort();
    this.#set(null, null, '');
  }

  /** @param {What} what @param {{to?: string, text?: string}} [more] of a translation */
  async find(what, more = {}) {
    if (this.#address === null) return;
    this.forget();
    const mine = new AbortController();
    this.#underWay = mine;
    this.#set(what, null, '');
    try {
      const body = { what, ...more };
      const { data } = await this.ask('POST', `${this.#address}/assist`, { body, signal: mine.signal });
      if (!mine.signal.aborted) this.#set(null, { what, ...data }, '');
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!(error instanceof Refused)) throw error;
      this.#set(null, null, Object.values(error.fields)[0] ?? error.message);
    }
  }

  /** @param {What|null} asking @param {Found|null} found @param {string} fault */
  #set(asking, found, fault) {
    Object.assign(this, { asking, found, fault });
    this.dispatchEvent(new Event('change'));
  }
}
