/**
 * A person's inbox, and the letters about it. It draws nothing; it reports `change`.
 *
 * @import { Ask } from './ticket-work.js'
 * @typedef {{id: number, kind: 'mention'|'reply'|'note'|'status'|'returned'|'rule', ticket: number|null, chat: string|null, subject: string|null, about: string|null, by: string|null, text: string|null, status: string|null, at: string, read: boolean}} Entry
 * @typedef {{mentions: boolean, follows: boolean}} Letters
 */

import { Refused } from '../shared/http.js';

const PATH = '/api/inbox';

export class InboxWork extends EventTarget {
  /** Null until it was read. @type {Entry[]|null} */
  list = null;
  unread = 0;
  /** @type {number|null} */
  next = null;
  /** Only unread entries. */
  only = false;
  /** @type {Letters|null} */
  letters = null;
  fault = '';
  /** What was done last, for screen readers. */
  said = '';

  /** @param {{ask: Ask}} given */
  constructor({ ask }) {
    super();
    this.ask = ask;
  }

  /** Reads the newest entries. Older ones that are shown stay. */
  load() {
    return this.#attempt(async () => {
      const [{ data }, letters] = await Promise.all([
        this.ask('GET', this.#query(null)),
        this.letters ? null : this.ask('GET', `${PATH}/letters`),
      ]);
      if (letters) this.letters = letters.data;
      const { next } = this;
      const list = this.list ?? [];
      this.#take(data, []);
      // Without a common entry there may be others between them.
      const ids = new Set(this.list?.map(({ id }) => id));
      const older = list.some(({ id }) => ids.has(id)) ? list.filter(({ id }) => data.next && id < data.next) : [];
      if (!older.length) return;
      this.list = [...(this.list ?? []), ...older];
      this.next = next;
    });
  }

  /** Reads the entries after the ones that are known. */
  more() {
    return this.#attempt(async () => this.#take((await this.ask('GET', this.#query(this.next))).data, this.list ?? []));
  }

  /** @param {boolean} only */
  show(only) {
    this.only = only;
    this.list = null;
    return this.load();
  }

  /** @param {number|null} before */
  #query(before) {
    const query = new URLSearchParams({ ...(this.only && { unread: 'true' }), ...(before && { before: `${before}` }) });
    return query.size ? `${PATH}?${query}` : PATH;
  }

  /** @param {{entries: Entry[], unread: number, next: number|null}} page @param {Entry[]} before */
  #take({ entries, unread, next }, before) {
    this.list = [...before, ...entries];
    Object.assign(this, { unread, next });
  }

  /** One entry was read, or all. @param {number|null} id */
  read(id) {
    return this.#attempt(async () => {
      const body = id === null ? { everything: true } : { entries: [id] };
      this.unread = (await this.ask('POST', `${PATH}/read`, { body })).data.unread;
      this.list = (this.list ?? []).map((one) => (id === null || one.id === id ? { ...one, read: true } : one));
      this.said = id === null ? 'All read.' : 'Read.';
    });
  }

  /** @param {Partial<Letters>} change */
  choose(change) {
    return this.#attempt(async () => {
      const body = { mentions: true, follows: false, ...this.letters, ...change };
      this.letters = (await this.ask('PUT', `${PATH}/letters`, { body })).data;
      this.said = 'Saved.';
    });
  }

  /** @param {() => unknown} act */
  async #attempt(act) {
    this.fault = '';
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.fault = error.message;
    }
    this.dispatchEvent(new Event('change'));
  }
}
