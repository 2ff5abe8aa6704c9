/**
 * What an agent has just finished: the last closed chat, which can be taken back for a while, and the recent ones. It
 * draws nothing.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{chat: string, name: string, words: string, ticket: number|null}} Finished `words`: what became of it
 * @typedef {{ticket: number, chat: string, words: string, status: string, undo: boolean, until: number}} Line
 */

import { Refused } from '../shared/http.js';

/** The line stays this long; a status can be taken back meanwhile. */
export const UNDO_MS = 10_000;
/** A sentence about what came of it. */
const SAID_MS = 10_000;
export const RECENT_MAX = 5;

export class AfterClose {
  /** @type {Line|null} */
  line = null;
  /** @type {Finished[]} newest first */
  recent;
  /** Statuses that were chosen here, by chat. @type {Map<string, string>} */
  #statuses = new Map();
  #ask;
  #now;
  #changed;
  #storage;
  #key;
  #busy = false;
  #me;

  /** @param {{ask: Ask, now: () => number, changed: () => void, me: string, storage: Pick<Storage, 'getItem'|'setItem'>|null}} given */
  constructor({ ask, now, changed, me, storage }) {
    this.#ask = ask;
    this.#now = now;
    this.#changed = changed;
    this.#storage = storage;
    this.#me = me;
    this.#key = `switchboard.recent.${me}`;
    this.recent = this.#kept();
  }

  /** @returns {Finished[]} */
  #kept() {
    try {
      const kept = JSON.parse(this.#storage?.getItem(this.#key) ?? '[]');
      return Array.isArray(kept) ? kept.filter((one) => typeof one?.chat === 'string').slice(0, RECENT_MAX) : [];
    } catch {
      return [];
    }
  }

  /**
   * A chat was closed, or its ticket coded.
   * @param {{chat: string, name: string, ticket: number, status: string, words: string, final?: boolean}} closed `words`: its status; `final`: the
   *   code has had an effect outside that cannot be taken back
   */
  closed({ chat, name, ticket, status, words, final = false }) {
    this.#finished({ chat, name, words: `${words} · #${ticket}`, ticket });
    this.#statuses.set(chat, status);
    this.line = {
      ticket,
      chat,
      words: status === 'open' ? `Closed, #${ticket} stays open.` : `Closed as ${words}, #${ticket}.`,
      status,
      undo: status !== 'open' && !final,
      until: this.#now() + UNDO_MS,
    };
    this.#changed();
  }

  /** The status that was chosen here last for the ticket of a chat; null without one. @param {string} chat */
  statusOf(chat) {
    return this.#statuses.get(chat) ?? null;
  }

  /** A chat was transferred. @param {{chat: string, name: string, words: string}} chat */
  transferred({ chat, name, words }) {
    this.#finished({ chat, name, words, ticket: null });
    this.#changed();
  }

  /** @param {Finished} one */
  #finished(one) {
    this.recent = [one, ...this.recent.filter(({ chat }) => chat !== one.chat)].slice(0, RECENT_MAX);
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(this.recent));
    } catch {
      // Storage full or blocked: they last as long as the page.
    }
  }

  /** Removes a line that stood long enough. */
  pass() {
    if (this.line && !this.#busy && this.#now() >= this.line.until) this.line = null;
  }

  dismiss() {
    this.line = null;
    this.#changed();
  }

  /**
   * Opens the ticket again, unless other staff changed it meanwhile; it needs a code then. The chat stays closed.
   * @returns {Promise<string|null>} the chat, if it is so
   */
  async undo() {
    const { line } = this;
    if (!line?.undo || this.#busy) return null;
    this.#busy = true;
    let words = '';
    try {
      if (!(await this.#reopen(line))) words = `#${line.ticket} was changed meanwhile. Open it to see how.`;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      words = error.status === 412 ? `#${line.ticket} was changed meanwhile. Open it to see how.` : error.message;
    } finally {
      this.#busy = false;
    }
    this.line = {
      ...line,
      undo: false,
      words: words || `#${line.ticket} is open again and needs a code. The chat stays closed.`,
      until: this.#now() + SAID_MS,
    };
    if (!words) {
      this.#statuses.set(line.chat, 'open');
      const known = this.recent.find(({ chat }) => chat === line.chat);
      if (known) this.#finished({ ...known, words: `Open · #${line.ticket}` });
    }
    this.#changed();
    return words ? null : line.chat;
  }

  /**
   * Once more if the ticket changed between the two calls: the customer may have rated the chat.
   * @param {Line} line @returns {Promise<boolean>} false if somebody else changed the ticket
   */
  async #reopen(line, again = true) {
    const address = `/api/tickets/${line.ticket}`;
    const { data, etag } = await this.#ask('GET', address);
    const last = data.history.findLast((/** @type {{by: {kind: string}}} */ { by }) => by.kind === 'staff');
    if (data.status !== line.status || last?.by.id !== this.#me) return false;
    try {
      const headers = { 'If-Match': etag ?? `"${data.version}"` };
      await this.#ask('PATCH', address, { body: { status: 'open', needs_code: true }, headers });
      return true;
    } catch (error) {
      if (!again || !(error instanceof Refused) || error.status !== 412) throw error;
      return this.#reopen(line, false);
    }
  }
}
