/**
 * Chats that are offered to an agent: until when, and for a moment, why an offer ended. Pure.
 *
 * @import { Frame } from '../shared/client/types.js'
 * @import { About } from '../shared/types.js'
 * @typedef {{about: About, words: string, next: string|null, until: number, whole: number, why: string, gone: number, busy: boolean}} Offer
 *   `words`: the customer's first line; `next`: name of the colleague who would get it afterwards; `until`: ms; `whole`: how long there was to choose, as far as is known; `why`: empty while it stands; `gone`: when that is shown no more
 */

/** The reason why an offer ended is shown this long. */
const WHY_SHOWN_MS = 8_000;
/** @type {Record<string, string>} */
const WHY = {
  taken: 'A colleague took it.',
  ended: 'The customer left.',
  passed: 'you didn’t answer in time.',
  withdrawn: 'you weren’t available.',
};
/** Reasons for which the chat goes on, to the next agent or to the queue. */
const GOES_ON = new Set(['passed', 'withdrawn']);

export class Offers {
  /** @type {Map<string, Offer>} */
  #all = new Map();

  /** A connection begins, and current offers are sent again. @param {Frame[]} frames those that are known already @param {number} now */
  begin(frames, now) {
    this.#all.clear();
    for (const frame of frames) this.offered(frame, now);
  }

  /** @param {Frame} frame `chat.offered` @param {number} now ms */
  offered({ about, words, next, expires_at: expires }, now) {
    const until = new Date(expires).getTime();
    const known = this.#all.get(about.chat);
    const whole = known && !known.why ? known.whole : Math.max(1, until - now);
    const name = next?.name ?? null;
    this.#all.set(about.chat, { about, words: words ?? '', next: name, until, whole, why: '', gone: 0, busy: false });
  }

  /** @param {string} chat @param {string} reason @param {number} now */
  withdrawn(chat, reason, now) {
    const on = this.#all.get(chat)?.next ? 'Passed on' : 'Back in the queue';
    const why = WHY[reason] ?? 'This offer has ended.';
    this.refused(chat, GOES_ON.has(reason) ? `${on}: ${why}` : why, now);
  }

  /** @param {string} chat @param {string} why @param {number} now */
  refused(chat, why, now) {
    const offer = this.#all.get(chat);
    if (offer && !offer.why) Object.assign(offer, { why, gone: now + WHY_SHOWN_MS, busy: false });
  }

  /** The agent has answered. A second answer is ignored. @param {string} chat @returns {boolean} */
  answer(chat) {
    const offer = this.#all.get(chat);
    if (!offer || offer.why || offer.busy) return false;
    offer.busy = true;
    return true;
  }

  /** @param {string} chat */
  forget(chat) {
    this.#all.delete(chat);
  }

  /** Time goes by. @param {number} now */
  pass(now) {
    for (const [chat, { why, gone }] of this.#all) if (why && now >= gone) this.#all.delete(chat);
  }

  /** Offers to show, the one that expires first on top. @returns {Offer[]} */
  get all() {
    return [...this.#all.values()].sort((a, b) => a.until - b.until);
  }

  /** Offers that can be accepted. */
  get open() {
    return this.all.filter(({ why, busy }) => !why && !busy);
  }

  /** @returns {string|undefined} the chat that lapses first */
  get first() {
    return this.open[0]?.about.chat;
  }
}
