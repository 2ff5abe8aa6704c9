/**
 * Replies to tickets on their way to the desk, over HTTP. Each is kept with its idempotency key until the desk has
 * stored it, so that neither a lost line nor a reload loses one or says it twice.
 *
 * @import { Kept as Storage } from '../shared/client/storage.js'
 * @import { Entry } from '../shared/client/types.js'
 * @import { Refused } from '../shared/http.js'
 * @import { File } from '../shared/story.js'
 * @import { Properties } from './ticket-talk.js'
 * @typedef {'solved'|'not_fixed'} Says
 * @typedef {Entry & {files: File[]}} Kept `fields`: `ticket`, `text`, `files?` (ids), `says?`; `files`: what the page knows of them
 */

import { final } from '../shared/http.js';

/** Begins the name of each in the storage. */
const KEY = 'reply.';
const PAUSE_MS = 2_000;
const PAUSE_MAX_MS = 30_000;

export class Replies {
  /** @type {Kept[]} in order */
  #all = [];
  /** Ids of those that another tab has kept. @type {Set<string>} */
  #others = new Set();
  #sending = false;
  #pause = PAUSE_MS;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {Object} options
   * @param {Pick<Storage, 'get'|'set'|'remove'|'names'>} options.storage
   * @param {(kept: Kept) => Promise<Properties>} options.post gives the ticket; rejects with `Refused`
   * @param {() => string|undefined} options.me who writes, once the desk has said so: a key holds for one person
   * @param {() => string} options.newKey
   * @param {(kept: Kept, ticket: Properties) => void} options.stored
   * @param {() => void} options.changed
   * @param {{now: () => number, setTimeout: (run: () => void, ms: number) => ReturnType<typeof setTimeout>, clearTimeout: (timer: ReturnType<typeof setTimeout>|undefined) => void}} [options.env]
   */
  constructor({ storage, post, me, newKey, stored, changed, env }) {
    this.storage = storage;
    this.post = post;
    this.me = me;
    this.newKey = newKey;
    this.on = { stored, changed };
    this.env = env ?? {
      now: () => Date.now(),
      setTimeout: (run, ms) => setTimeout(run, ms),
      clearTimeout: (timer) => clearTimeout(timer),
    };
    this.#load(() => true);
  }

  /** What this page or another one has kept. @param {(kept: Kept) => boolean} wanted */
  #load(wanted) {
    const known = new Set(this.#all.map(({ id }) => KEY + id));
    for (const name of this.storage.names(KEY)) {
      if (known.has(name)) continue;
      try {
        const kept = JSON.parse(this.storage.get(name) ?? '');
        if (KEY + kept.id !== name || !kept.fields.ticket) throw new TypeError(name);
        if (wanted(kept)) this.#all.push(kept);
      } catch {
        this.storage.remove(name);
      }
    }
    this.#all.sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  /** Those to a ticket that are not stored yet. Those of other tabs are shown there, unless they were refused here. @param {number} ticket @returns {Kept[]} */
  of(ticket) {
    return this.#all.filter(
      ({ id, fields, as, status }) =>
        fields.ticket === ticket && as === this.me() && (status === 'failed' || !this.#others.has(id)),
    );
  }

  /** @param {number} ticket @param {{text: string, files?: File[], says?: Says}} said */
  add(ticket, { text, files = [], says }) {
    const ids = files.map(({ id }) => id);
    const fields = { ticket, text, ...(ids.length && { files: ids }), ...(says && { says }) };
    /** @type {Kept} */
    const kept = {
      id: this.newKey(),
      type: 'message.send',
      fields,
      files,
      status: 'sending',
      refusal: null,
      at: this.env.now(),
      as: this.me(),
    };
    this.#all.push(kept);
    this.#keep(kept);
    this.on.changed();
    this.send();
  }

  /** @param {string} id */
  retry(id) {
    const kept = this.#all.find((one) => one.id === id);
    if (!kept) return;
    this.#others.delete(id);
    Object.assign(kept, { status: 'sending', refusal: null });
    this.#keep(kept);
    this.on.changed();
    this.send();
  }

  /** @param {string} id */
  discard(id) {
    this.#all = this.#all.filter((one) => one.id !== id);
    this.storage.remove(KEY + id);
    this.on.changed();
  }

  /** Nothing of this person's is kept. */
  forget() {
    for (const { id } of this.#all) this.storage.remove(KEY + id);
    this.#all = [];
    this.env.clearTimeout(this.#timer);
  }

  /** Sends what waits, one after the other, also what a tab has left behind. A tab that is still there sends the same key. */
  async send() {
    this.env.clearTimeout(this.#timer);
    if (this.#sending) return;
    this.#load(({ id, status }) => {
      if (status === 'sending') this.#others.add(id);
      return status === 'sending';
    });
    this.#sending = true;
    let next = this.#next;
    while (next && (await this.#sent(next))) next = this.#next;
    this.#sending = false;
  }

  get #next() {
    const me = this.me();
    return me ? this.#all.find(({ status, as }) => status === 'sending' && as === me) : undefined;
  }

  /** @param {Kept} kept @returns {Promise<boolean>} false: all of them wait */
  async #sent(kept) {
    try {
      const ticket = await this.post(kept);
      this.#pause = PAUSE_MS;
      // It may have been discarded meanwhile, and is stored all the same.
      this.on.stored(kept, ticket);
      this.discard(kept.id);
      return true;
    } catch (error) {
      const refused = /** @type {Refused} */ (error);
      if (typeof refused.status !== 'number') throw error;
      const lasting = final(refused.status);
      kept.refusal = { code: refused.code, message: refused.message, fields: refused.fields };
      if (lasting) kept.status = 'failed';
      this.#keep(kept);
      this.on.changed();
      if (!lasting) this.#again();
      return lasting;
    }
  }

  #again() {
    this.#timer = this.env.setTimeout(() => this.send(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, PAUSE_MAX_MS);
  }

  /** @param {Kept} kept */
  #keep(kept) {
    if (this.#all.includes(kept)) this.storage.set(KEY + kept.id, JSON.stringify(kept));
  }
}
