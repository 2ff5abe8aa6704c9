/** What happened while an agent's connection was down, said once it is back. */

import { Meanwhile } from './meanwhile.js';

/** @import { Chats } from './chats.js' */

/** Nobody notices a shorter loss. */
const SHORT_DROP_MS = 3_000;
/** What happened meanwhile arrives just after the connection is back. */
export const ARRIVED_MS = 1_000;
const BACK_SHOWN_MS = 8_000;

export class Outage {
  /** What to say; `gone` in ms. @type {{gone: number, words: string, chats: string[]}|null} */
  back = null;
  /** @type {Meanwhile|null} while the connection is down, and until that was said */
  #meanwhile = null;
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
      if (this.#wasLive) this.#meanwhile ??= new Meanwhile(this.now(), this.chats.mine);
      this.back = null;
      return;
    }
    this.#wasLive = true;
    if (this.#meanwhile) this.#sayBack(this.#meanwhile);
  }

  /** @param {string} chat @param {number} seq */
  message(chat, seq) {
    this.#meanwhile?.message(chat, seq);
  }

  /** @param {string} chat */
  given(chat) {
    this.#meanwhile?.given(chat);
  }

  /** Somebody has read it. */
  seen() {
    this.back = null;
    this.redraw();
  }

  /** @param {Meanwhile} meanwhile */
  #sayBack(meanwhile) {
    const gone = this.now() - meanwhile.at;
    setTimeout(() => {
      // It may be down again.
      if (this.#meanwhile !== meanwhile || !this.live()) return;
      this.#meanwhile = null;
      if (gone < SHORT_DROP_MS) return;
      const said = {
        gone,
        words: meanwhile.words((chat) => this.#standing(chat)),
        chats: meanwhile.chats.filter((chat) => this.chats.of(chat).held),
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
