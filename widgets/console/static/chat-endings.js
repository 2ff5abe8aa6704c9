/**
 * What follows when a chat of an agent is over: its code, what they finished lately, and the next chat.
 *
 * @import { Chats } from './chats.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 */

import { NAMELESS } from '../shared/people.js';
import { AfterClose } from './after-close.js';
import { UncodedChats } from './uncoded.js';

export class ChatEndings {
  /**
   * @param {{ask: Ask, me: string, kept: Pick<Storage, 'getItem'|'setItem'>|null, chats: Chats, now: () => number, changed: () => void,
   *   wanted: () => string|null, watches: () => boolean, goesOn: () => boolean, enter: (chat: string) => void, close: (all?: string) => void}} given
   *   `kept`: storage of this tab; `wanted`: the chat that the address names; `watches`: a supervisor views that chat; `goesOn`: the agent wants the next chat; `close`: opens the sheet that closes or codes it
   */
  constructor({ ask, me, kept, chats, now, changed, wanted, watches, goesOn, enter, close }) {
    this.chats = chats;
    this.now = now;
    this.wanted = wanted;
    this.watches = watches;
    this.goesOn = goesOn;
    this.enter = enter;
    this.open = close;
    this.uncoded = new UncodedChats({ ask, me, changed });
    this.finished = new AfterClose({ ask, now, changed, me, storage: kept });
  }

  get #holds() {
    const wanted = this.wanted();
    return wanted !== null && this.chats.has(wanted) && this.chats.of(wanted).held;
  }

  /** The chat on the screen can be closed: by its agent, or by a supervisor while it has an agent. */
  get closable() {
    return this.#holds || (this.watches() && this.chats.of(this.wanted() ?? '').by !== null);
  }

  /** The ticket of the chat on the screen, if the chat is over: its code can be chosen. @returns {number|null} */
  get codable() {
    const wanted = this.wanted();
    if (wanted === null || this.#holds) return null;
    return (
      this.uncoded.of(wanted)?.number ??
      (this.chats.has(wanted) ? (this.chats.of(wanted).closed?.ticket ?? null) : null)
    );
  }

  /** Close the chat on the screen, or choose the code of one that is over. */
  close() {
    if (this.closable || this.codable !== null) this.open();
  }

  /** Chooses the codes of all chats that need one, one after the other. */
  codeAll() {
    const [first] = this.uncoded.all;
    if (!first) return;
    this.enter(first.chat);
    this.open('all');
  }

  /** Takes back the status that was chosen last. The chat needs a code again, and is shown. */
  async undo() {
    const chat = await this.finished.undo();
    if (chat === null) return;
    await this.uncoded.read();
    this.enter(chat);
  }

  /** Shows the next chat that waits, if the agent wants that; without one, the chat stays on the screen. @param {string} chat */
  goOn(chat) {
    if (!this.goesOn()) return;
    const { owed, yours } = this.chats.groups(this.now());
    const next = [...owed, ...yours].find((row) => row.chat !== chat);
    if (next) this.enter(next.chat);
  }

  /** The agent transferred a chat. @param {string} chat @param {string} to */
  handedOn(chat, to) {
    const name = this.chats.of(chat).about?.customer.name ?? NAMELESS;
    this.finished.transferred({ chat, name, words: `To ${to}` });
    if (chat === this.wanted()) this.goOn(chat);
  }
}
