/**
 * Mails that are held back until staff decide about them. Draws nothing; reports `change`.
 *
 * @import { Ask } from './ticket-work.js'
 * @import { Mail } from './ticket-letters.js'
 * @typedef {{mail: Mail, team: string|null, ticket: number|null}} Suspended
 * @typedef {{text: string, files: Array<{name: string, type: string, size: number}>}} Contents
 * @typedef {'accept'|'trust'|'delete'} Decision
 */

import { Refused } from '../shared/http.js';

const PATH = '/api/mail/suspended';

export class SuspendedWork extends EventTarget {
  /** Null until it was read. @type {Suspended[]|null} */
  list = null;
  /** @type {number|null} */
  next = null;
  /** What opened mails say, by their ids. @type {Map<number, Contents>} */
  contents = new Map();
  /** What went wrong with a mail, by its id; with the list itself under 0. @type {Map<number, string>} */
  faults = new Map();
  /** Mails that the desk is asked about. @type {Set<number>} */
  busy = new Set();
  /** What was done last, for screen readers. */
  said = '';

  /** @param {{ask: Ask}} given */
  constructor({ ask }) {
    super();
    this.ask = ask;
  }

  /** Reads the first mails, or those after the ones that are known. */
  async load() {
    await this.#attempt(0, async () => {
      const { data } = await this.ask('GET', this.next === null ? PATH : `${PATH}?after=${this.next}`);
      this.list = [...(this.list ?? []), ...data.mails];
      this.next = data.next;
    });
  }

  /** @param {number} id */
  async open(id) {
    if (this.contents.has(id)) return;
    await this.#attempt(id, async () => {
      const { data } = await this.ask('GET', `${PATH}/${id}`);
      this.contents.set(id, data);
    });
  }

  /** @param {number} id @param {Decision} decision */
  async decide(id, decision) {
    if (this.busy.has(id)) return;
    await this.#attempt(id, async () => {
      const { data } = await this.ask('POST', `${PATH}/${id}`, { body: { do: decision } });
      this.list = (this.list ?? []).filter(({ mail }) => mail.id !== id);
      this.said = decision === 'delete' ? 'Deleted.' : `Added to ticket #${data.ticket}.`;
    });
  }

  /** @param {number} id @param {() => Promise<void>} act */
  async #attempt(id, act) {
    this.faults.delete(id);
    this.busy.add(id);
    this.dispatchEvent(new Event('change'));
    try {
      await act();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.faults.set(id, error.message);
    } finally {
      this.busy.delete(id);
      this.dispatchEvent(new Event('change'));
    }
  }
}
