/** Notes what happens while an agent is disconnected, and reports it once they are back. */

import { OutageSummary } from './outage-summary.js';

/** @import { Chats } from './chats.js' */

/** Nobody notices a shorter loss. */
const SHORT_DROP_MS = 3_000;
/** Missed events arrive within this time after the connection is back. */
export const ARRIVED_MS = 1_000;
const BACK_SHOWN_MS = 8_000;

export class Outage {
  /** The message to show; `gone` in ms. @type {{gone: number, words: string, chats: string[]}|null} */
  back = null;
  /** @type {OutageSummary|null} while the connection is down, and until that was said */
  #summary = null;
  #wasLive = false;

  /** @param {{chats: Chats, now: () => number, live: () => boolean, redraw: () => void}} given */
  constructor({ chats, now, live, redraw }) {
    this.chats = chats;
    this.now = now;
    this.live = live;
    this.redraw = redraw;
  }

  /** @param {boolean} live */
  lineIs(live) {
    if (!live) {
      if (this.#wasLive) this.#summary ??= new OutageSummary(this.now(), this.chats.mine);
      this.back = null;
      return;
    }
    this.#wasLive = true;
    if (this.#summary) this.#sayBack(this.#summary);
  }

  /** @param {string} chat @param {number} seq */
  message(chat, seq) {
    this.#summary?.message(chat, seq);
  }

  /** @param {string} chat */
  given(chat) {
    this.#summary?.given(chat);
  }

  /** Dismisses the message. */
  seen() {
    this.back = null;
    this.redraw();
  }

  /** @param {OutageSummary} summary */
  #sayBack(summary) {
    const gone = this.now() - summary.at;
    setTimeout(() => {
      // The connection may be lost again.
      if (this.#summary !== summary || !this.live()) return;
      this.#summary = null;
      if (gone < SHORT_DROP_MS) return;
      const said = {
        gone,
        words: summary.words((chat) => this.#standing(chat)),
        chats: summary.chats.filter((chat) => this.chats.of(chat).held),
      };
      this.back = said;
      this.redraw();
      setTimeout(() => this.back === said && this.seen(), BACK_SHOWN_MS);
    }, ARRIVED_MS);
  }

  /** @param {string} chat */
  #standing(chat) {
    const { held, closed, by } = this.chats.of(chat);
    return { held, closed: closed !== null, by };
  }
}
