/**
 * Durable commands of this tab: their entries in the outbox, and the callers that wait for them.
 *
 * @import { Chats } from './chats.js'
 * @import { Outbox } from './outbox.js'
 * @import { Command, Entry, Env, Fields, Ok, Request } from './types.js'
 */

import { discarded } from './errors.js';
import { WRITES } from './sender.js';
import { Waiters } from './waiting.js';

export class Commits {
  #waiters = new Waiters();
  /** Ids of the entries that this tab wrote. @type {Set<string>} */
  #mine = new Set();
  /** Stored, but not seen as an event yet: shown as sending until then. @type {Map<string, {entry: Entry, chat: string, seq: number}>} */
  #settling = new Map();
  #env;
  #newId;
  #outbox;
  #chats;
  #ask;
  #leads;
  #changed;

  /** @param {{env: Pick<Env, 'now'>, newId: (after?: string) => string, outbox: Outbox, chats: Pick<Chats, 'follows'|'lastSeq'>, ask: (request: Request) => void, leads: () => boolean, changed: () => void}} given `leads`: this tab holds the socket; `changed`: the entries have changed */
  constructor({ env, newId, outbox, chats, ask, leads, changed }) {
    this.#env = env;
    this.#newId = newId;
    this.#outbox = outbox;
    this.#chats = chats;
    this.#ask = ask;
    this.#leads = leads;
    this.#changed = changed;
  }

  /** @param {string} type @param {Fields} fields @param {string|undefined} as the visitor @returns {{id: string, done: Promise<Ok>}} */
  add(type, fields, as) {
    const id = this.#newId(this.#outbox.last);
    /** @type {Entry} */
    const entry = { id, type, fields, status: 'sending', refusal: null, at: this.#env.now(), as };
    this.#outbox.put(entry);
    this.#mine.add(id);
    const done = this.done(id);
    this.#ask({ kind: 'commit', entry });
    if (!this.#leads()) this.#changed();
    return { id, done };
  }

  /** @param {string} id @returns {Promise<Ok>} */
  done(id) {
    const done = this.#waiters.of(id);
    const entry = this.#outbox.get(id);
    if (!entry) this.#waiters.settle(id, null);
    else if (entry.status === 'failed') this.#waiters.settle(id, null, entry.refusal ?? discarded());
    return done;
  }

  /** Everything that is not acknowledged or not seen as an event, in order. @param {string} [chat] only of this chat @returns {Entry[]} */
  all(chat) {
    for (const [id, settling] of this.#settling) {
      if (!this.#chats.follows(settling.chat) || this.#chats.lastSeq(settling.chat) >= settling.seq)
        this.#settling.delete(id);
    }
    const settling = [...this.#settling.values()]
      .map(({ entry }) => entry)
      .filter((entry) => chat === undefined || entry.fields.chat === chat);
    return [...settling, ...this.#outbox.all(chat)].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Some are stored but not seen as an event yet. */
  get settling() {
    return this.#settling.size > 0;
  }

  /** @param {string} id @returns {Promise<Ok>} */
  retry(id) {
    const entry = this.#outbox.get(id);
    if (entry) {
      if (!this.#leads() && entry.status === 'failed') this.#outbox.put({ ...entry, status: 'sending', refusal: null });
      this.#mine.add(id);
      this.#ask({ kind: 'retry', entry });
      if (!this.#leads()) this.#changed();
    }
    return this.done(id);
  }

  /** @param {string} id */
  discard(id) {
    if (!this.#outbox.get(id)) return;
    this.#ask({ kind: 'discard', id });
    if (!this.#leads()) this.gone(id, null);
  }

  /** Another tab leads now. It may not share a storage with this tab, or may not have read it yet. */
  repeat() {
    if (!this.#leads())
      for (const entry of this.#outbox.all())
        if (this.#mine.has(entry.id) && entry.status === 'sending') this.#ask({ kind: 'commit', entry });
  }

  /** @param {Ok} ok @param {Command} command */
  acknowledged(ok, command) {
    const entry = this.#outbox.get(ok.id);
    if (entry && WRITES.has(command.type)) this.#settling.set(ok.id, { entry, chat: ok.chat, seq: ok.seq });
    if (entry || this.#waiters.has(ok.id)) this.gone(ok.id, ok);
  }

  /** The status of an entry, as the leading tab has it. @param {Entry} entry */
  told(entry) {
    if (!this.#leads()) this.#outbox.mirror(entry);
    if (entry.status === 'failed') this.#waiters.settle(entry.id, null, entry.refusal ?? discarded());
    this.#changed();
  }

  /** @param {string} id @param {Ok|null} ok null: discarded */
  gone(id, ok) {
    this.#outbox.remove(id);
    this.#mine.delete(id);
    this.#waiters.settle(id, ok);
    this.#changed();
  }

  /** The storage was changed by a page that this tab cannot talk to. @param {string} name @param {string|null} value */
  elsewhere(name, value) {
    if (this.#outbox.elsewhere(name, value, (id) => this.#waiters.has(id))) this.#changed();
  }

  /** @param {string|undefined} visitor @param {boolean} known the entries of the account are this visitor's */
  greeted(visitor, known) {
    for (const entry of this.#outbox.greeted(visitor, known)) this.told(entry);
  }

  /** Drops every entry; the callers that wait are answered as if it were discarded. */
  forget() {
    this.#outbox.greeted(undefined, false);
    for (const { id } of this.#outbox.all()) this.#outbox.remove(id);
    for (const id of this.#waiters.keys()) this.#waiters.settle(id, null);
    this.#mine.clear();
    this.#settling.clear();
  }
}
