/**
 * A message that becomes a ticket because nobody is there to chat. It is kept with its idempotency key until the desk
 * acknowledges it, so that a reload, a second click or a lost connection makes no second ticket.
 *
 * @import { Refused } from '../shared/asking.js'
 * @typedef {{team: string, text: string, product?: string, name?: string, email?: string, files?: string[]}} Body
 * @typedef {{key: string, body: Body, as?: string}} Kept `as`: who wrote it, and as nobody else is it sent: a key holds for one person
 * @typedef {Pick<Storage, 'getItem'|'setItem'|'removeItem'>} Store
 */

import { final } from '../shared/asking.js';

const KEY = 'switchboard.customer.request';
const PAUSE_MS = 2_000;
const PAUSE_MAX_MS = 30_000;

export class Request {
  /** @type {Kept[]} one a person */
  #all;
  /** @type {any} */
  #timer = null;
  #pause = PAUSE_MS;
  #asking = false;

  /**
   * @param {Object} options
   * @param {Store|null} options.storage
   * @param {(kept: Kept) => Promise<number>} options.post gives the ticket's number; rejects with `Refused`
   * @param {() => string|undefined} options.me who they are, once the desk has said so
   * @param {() => string} options.newKey
   * @param {(body: Body, number: number) => void} options.stored
   * @param {(body: Body, refused: Refused) => void} options.refused it is kept no longer
   * @param {(refused: Refused) => void} options.putOff it is tried again by itself
   * @param {{setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void}} [options.env]
   */
  constructor({ storage, post, me, newKey, stored, refused, putOff, env }) {
    this.storage = storage;
    this.post = post;
    this.me = me;
    this.newKey = newKey;
    this.on = { stored, refused, putOff };
    this.env = env ?? { setTimeout: (run, ms) => setTimeout(run, ms), clearTimeout: (timer) => clearTimeout(timer) };
    this.#all = this.#load();
  }

  get #kept() {
    return this.#all.find(({ as }) => !as || as === this.me());
  }

  /** The unacknowledged message, also of an earlier page. @returns {Body|null} */
  get body() {
    return this.#kept?.body ?? null;
  }

  /** @param {Body} body */
  send(body) {
    if (this.#kept) return;
    this.#keep([...this.#all, { key: this.newKey(), body, as: this.me() }]);
    this.#pause = PAUSE_MS;
    this.#ask();
  }

  /** Sends the stored message now. */
  retry() {
    if (this.#kept) this.#ask();
  }

  /** Somebody signed out: the message is dropped. */
  forget() {
    this.env.clearTimeout(this.#timer);
    this.#keep([]);
  }

  /** Drops messages of other customers, who will not come back. @returns {string[]} what others wrote, which is kept no longer: sent as another it may be a second ticket */
  disown() {
    const mine = this.#kept;
    const others = this.#all.filter((kept) => kept !== mine);
    if (others.length) this.#keep(mine ? [mine] : []);
    return others.map(({ body }) => body.text);
  }

  async #ask() {
    const kept = this.#kept;
    this.env.clearTimeout(this.#timer);
    if (!kept || !this.me() || this.#asking) return;
    this.#asking = true;
    try {
      const number = await this.post(kept);
      this.#done(kept, () => this.on.stored(kept.body, number));
    } catch (error) {
      const refused = /** @type {Refused} */ (error);
      if (final(refused.status)) this.#done(kept, () => this.on.refused(kept.body, refused));
      else this.#again(kept, refused);
    } finally {
      this.#asking = false;
    }
  }

  /** @param {Kept} kept @param {() => void} tell */
  #done(kept, tell) {
    if (this.#kept !== kept) return;
    this.#keep(this.#all.filter((one) => one !== kept));
    tell();
  }

  /** @param {Kept} kept @param {Refused} refused */
  #again(kept, refused) {
    if (this.#kept !== kept) return;
    this.#timer = this.env.setTimeout(() => this.#ask(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, PAUSE_MAX_MS);
    this.on.putOff(refused);
  }

  /** @param {Kept[]} all */
  #keep(all) {
    this.#all = all;
    try {
      if (all.length) this.storage?.setItem(KEY, JSON.stringify(all));
      else this.storage?.removeItem(KEY);
    } catch {
      // Storage full or blocked: it lives as long as the page.
    }
  }

  /** @returns {Kept[]} */
  #load() {
    try {
      return [JSON.parse(this.storage?.getItem(KEY) ?? '[]')]
        .flat()
        .filter((kept) => typeof kept?.key === 'string' && typeof kept.body?.text === 'string');
    } catch {
      return [];
    }
  }
}
