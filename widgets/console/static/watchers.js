/**
 * The supervisors who watch the agent's chats.
 *
 * @import { Frame } from '../shared/client/types.js'
 */

export class Watchers {
  /** @type {Map<string, string[]>} */
  #names = new Map();

  /** @param {Pick<import('../shared/client/desk.js').DeskClient, 'on'>} desk */
  constructor(desk) {
    // The desk says again who watches.
    desk.on('hello', () => this.#names.clear());
    desk.on('news', (frame) => this.#heard(frame));
  }

  /** Their names. @param {string} chat */
  of(chat) {
    return this.#names.get(chat) ?? [];
  }

  /** @param {Frame} frame */
  #heard({ type, chat, by }) {
    if (type === 'chat.watched')
      this.#names.set(
        chat,
        by.map((/** @type {{name: string}} */ { name }) => name),
      );
  }
}
