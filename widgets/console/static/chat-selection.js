/**
 * The chat on an agent's screen, and the chats whose events the page follows.
 *
 * @import { Chats } from './chats.js'
 * @import { DeskPort } from './agent-work.js'
 */

/** The other chats wait at most this long until the one on the screen is drawn. */
const FIRST_ALONE_MS = 1_000;

export class ChatSelection {
  /** @type {string|null} as the page's address has it; it may not be known yet */
  #wanted = null;
  /** The chat that opened by itself, until the agent does something. @type {string|null} */
  #unnoticed = null;
  /** Chats to follow once the one on the screen is drawn. @type {string[]} */
  #toFollow = [];

  /**
   * @param {{desk: Pick<DeskPort, 'follow'|'unfollow'|'lastSeq'|'cast'>, chats: Chats, supervises: () => boolean, attends: () => boolean, seenUpto: (chat: string) => number, left: (chat: string) => void}} given
   *   `attends`: somebody looks at the page; `seenUpto`: the last `seq` that is in view; `left`: nothing more is shown of a chat
   */
  constructor({ desk, chats, supervises, attends, seenUpto, left }) {
    this.desk = desk;
    this.chats = chats;
    this.supervises = supervises;
    this.attends = attends;
    this.seenUpto = seenUpto;
    this.left = left;
  }

  /** The chat on the screen. @returns {string|null} */
  get chosen() {
    const chat = this.#wanted;
    return chat !== null && this.chats.has(chat) && this.chats.of(chat).about ? chat : null;
  }

  /** The chat of the page's address. */
  get wanted() {
    return this.#wanted;
  }

  /** A supervisor watches the chat on the screen, unseen by its customer. */
  get watches() {
    if (this.chosen === null || !this.supervises()) return false;
    const { held, lost, closed } = this.chats.of(this.chosen);
    return !held && !lost && !closed;
  }

  /** Shows another chat. @param {string|null} chat @returns {boolean} whether it is another */
  at(chat) {
    if (chat === this.#wanted) return false;
    const before = this.chosen;
    this.#wanted = chat;
    if (before !== null) this.leave(before);
    const now = this.chosen;
    if (now !== null && !this.desk.lastSeq(now)) this.#listenTo(now, this.chats.of(now).held);
    return true;
  }

  /** Follows the chat of the address even if it is not the agent's, as far as they may. */
  seek() {
    const chat = this.#wanted;
    if (chat !== null && this.chosen === null && !this.desk.lastSeq(chat)) this.#listenTo(chat, false);
  }

  /** @param {string} chat @param {boolean} own */
  #listenTo(chat, own) {
    this.desk.follow(chat, 0, { watch: this.supervises() && !own });
  }

  /** Follows chats, the one on the screen first. After a lost connection followed chats continue automatically. @param {string[]} chats */
  follow(chats) {
    const unknown = chats.filter((chat) => !this.desk.lastSeq(chat));
    const [first] = unknown.filter((chat) => chat === this.#wanted);
    this.#toFollow = unknown.filter((chat) => chat !== first);
    if (!first) return this.followRest();
    this.desk.follow(first);
    setTimeout(() => this.followRest(), FIRST_ALONE_MS);
  }

  /** Some chats are not followed yet. */
  get waits() {
    return this.#toFollow.length > 0;
  }

  followRest() {
    for (const chat of this.#toFollow.splice(0)) if (!this.desk.lastSeq(chat)) this.desk.follow(chat);
  }

  /** Stops following a chat that is over or with a colleague. @param {string} chat */
  leave(chat) {
    const { held, closed } = this.chats.of(chat);
    if ((held && !closed) || this.chats.isAsked(chat)) return;
    this.desk.unfollow(chat);
    this.chats.forget(chat);
    this.left(chat);
  }

  /** Shows the longest waiting chat if none is on the screen. It counts as seen only after the agent does something. @param {number} now @returns {string|null} */
  mostUrgent(now) {
    if (this.chosen !== null) return null;
    const { owed, yours } = this.chats.groups(now);
    const [first] = [...owed, ...yours];
    if (!first) return null;
    this.#unnoticed = first.chat;
    return first.chat;
  }

  /** Shows a chat again if it is still the agent's and none is on the screen. It counts as seen as above. @param {string} chat @returns {string|null} */
  again(chat) {
    if (this.#wanted !== null || !this.chats.has(chat) || !this.chats.of(chat).held) return null;
    this.#unnoticed = chat;
    return chat;
  }

  /** The agent is at the page: a chat that opened by itself is seen. @returns {boolean} whether there was one */
  noticed() {
    if (this.#unnoticed === null) return false;
    this.#unnoticed = null;
    return true;
  }

  /** The agent sees what is on the screen. @returns {boolean} whether something was unread */
  read() {
    const chat = this.chosen;
    if (chat === null || chat === this.#unnoticed || !this.attends()) return false;
    const held = this.chats.of(chat);
    const upto = Math.min(held.lastSeq, this.seenUpto(chat));
    if (!held.unread.some((seq) => seq <= upto)) return false;
    this.chats.read(chat, upto);
    // A supervisor who watches a chat is not seen reading.
    if (held.held) this.desk.cast('read', { chat, upto });
    return true;
  }
}
