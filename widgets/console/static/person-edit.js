/**
 * Correcting a customer's name and address, and merging two entries of one person. It draws nothing.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{id: string|null, name: string|null, email: string|null, verified?: boolean}} Who
 * @typedef {{id: string, name: string|null, email: string|null, at: string, undo_until: string}} Merged
 * @typedef {{id: string, name: string|null, email: string|null, verified: boolean, merged: Merged[], merged_into: string|null}} Person
 * @typedef {{id: string, name: string|null, email: string|null, verified?: boolean, tickets: number}} Other
 */

import { Refused } from '../shared/http.js';

/** As the desk checks it, roughly: only a suggestion. */
const ADDRESS = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gu;
const SUGGESTED_MAX = 3;
const READ = 50;

/**
 * Addresses that the customer wrote, newest first, without the one that is known.
 * @param {string[]} texts oldest first @param {string|null} known
 */
export function addressesIn(texts, known) {
  const found = texts.flatMap((text) => text.match(ADDRESS) ?? []).reverse();
  const others = found.map((one) => one.toLowerCase()).filter((one) => one !== known?.toLowerCase());
  return [...new Set(others)].slice(0, SUGGESTED_MAX);
}

/** Their id for merges: without an account or a browser, their address. @param {Who} who */
export const idOf = ({ id, email }) => id ?? (email && `mailto:${email.toLowerCase()}`);

/** Whether this customer has an account, which is never merged into anybody. @param {Who} who */
const proven = ({ id, verified }) => Boolean(verified && id && !id.startsWith('mailto:'));

/** Other customers among tickets, each once, with the number of their tickets. @param {Array<{requester: Who|null}>} tickets @param {string} id @returns {Other[]} */
export function othersIn(tickets, id) {
  /** @type {Map<string, Other>} */
  const found = new Map();
  for (const { requester } of tickets) {
    const theirs = requester && idOf(requester);
    if (!theirs || theirs === id) continue;
    const known = found.get(theirs);
    if (known) known.tickets += 1;
    else found.set(theirs, { ...requester, id: theirs, tickets: 1 });
  }
  return [...found.values()];
}

export class PersonEdit {
  /** @type {Who} */
  who;
  /** What the desk knows of them; null until it has answered. @type {Person|null} */
  person = null;
  name = '';
  email = '';
  /** Addresses that the customer wrote. @type {string[]} */
  suggested = [];
  /** Others with the same address. @type {Other[]} */
  others = [];
  /** @type {Record<string, string>} */
  faults = {};
  wrong = '';
  busy = false;
  /** The other entry, while its merge is to be confirmed. @type {Other|null} */
  merging = null;
  #ask;
  #changed;
  #ticket;

  /** @param {{who: Who, texts?: string[], ticket?: number|null, ask: Ask, changed: () => void}} given `ticket`: to correct only there, for a requester without an id */
  constructor({ who, texts = [], ticket = null, ask, changed }) {
    this.who = who;
    this.name = who.name ?? '';
    this.email = who.email ?? '';
    this.suggested = who.verified ? [] : addressesIn(texts, who.email);
    this.#ticket = ticket;
    this.#ask = ask;
    this.#changed = changed;
  }

  /** Whether neither the name nor the address can be changed. */
  get locked() {
    return this.addressLocked && this.who.id !== null;
  }

  /** Whether the address is confirmed. Without an account it is all that is. */
  get addressLocked() {
    return Boolean(this.who.verified);
  }

  /** The one who stays, and the one who is merged into them. A confirmed customer always stays. @returns {[Who|Other, Other|Who]|null} */
  get pair() {
    const { merging, who } = this;
    if (!merging) return null;
    return proven(merging) ? [merging, who] : [who, merging];
  }

  /** Reads what was merged, and who has the same address. */
  async load() {
    const id = idOf(this.who);
    if (!id) return;
    await this.#try(async () => {
      this.person = (await this.#ask('GET', `/api/people/${encodeURIComponent(id)}`)).data;
    });
    await this.#look(id, this.who.email);
  }

  /** @param {string} id @param {string|null} email */
  async #look(id, email) {
    if (!email) return;
    await this.#try(async () => {
      const query = new URLSearchParams({ email, limit: String(READ) });
      const { tickets } = (await this.#ask('GET', `/api/tickets?${query}`)).data;
      const merged = new Set(this.person?.merged.map((one) => one.id));
      this.others = othersIn(tickets, id).filter((one) => !merged.has(one.id) && !(proven(one) && proven(this.who)));
    });
  }

  /** @param {{name?: string, email?: string}} fields */
  fill(fields) {
    Object.assign(this, fields);
    this.faults = {};
    this.wrong = '';
    this.#changed();
  }

  /** Saves name and address. @returns {Promise<boolean>} whether it is saved */
  async save() {
    const body = { name: this.name.trim() || null, email: this.email.trim() || null };
    const { id } = this.who;
    return this.#send(async () => {
      if (id) this.person = (await this.#ask('PATCH', `/api/people/${id}`, { body })).data;
      else await this.#ask('PATCH', `/api/tickets/${this.#ticket}`, { body: { requester: body } });
      this.who = { ...this.who, ...body };
    });
  }

  /** @param {Other|null} other null: not after all */
  choose(other) {
    this.merging = other;
    this.wrong = '';
    this.#changed();
  }

  /** Merges the two entries that are shown. @returns {Promise<boolean>} */
  async merge() {
    const { pair } = this;
    if (!pair) return false;
    const [stays, goes] = pair;
    const merged = await this.#send(() =>
      this.#ask('POST', `/api/people/${encodeURIComponent(idOf(goes) ?? '')}/merge`, { body: { into: idOf(stays) } }),
    );
    if (!merged) return false;
    this.merging = null;
    await this.load();
    return true;
  }

  /** Undoes a merge. @param {string} id the one who was merged @returns {Promise<boolean>} */
  async undo(id) {
    const undone = await this.#send(() => this.#ask('DELETE', `/api/people/${encodeURIComponent(id)}/merge`));
    if (undone) await this.load();
    return undone;
  }

  /** @param {() => Promise<unknown>} work */
  async #send(work) {
    if (this.busy) return false;
    Object.assign(this, { busy: true, faults: {}, wrong: '' });
    this.#changed();
    const done = await this.#try(work);
    this.busy = false;
    this.#changed();
    return done;
  }

  /** @param {() => Promise<unknown>} work */
  async #try(work) {
    try {
      await work();
      this.#changed();
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.wrong = Object.values(error.fields)[0] ?? error.message;
      this.#changed();
      return false;
    }
  }
}
