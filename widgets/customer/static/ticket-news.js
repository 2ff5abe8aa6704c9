/**
 * Replies to tickets, whether they are followed or not: each is sounded, and shown beside the button, once.
 *
 * @import { Durable, Frame } from '../shared/client/types.js'
 * @import { Chat } from './chat.js'
 */

import { t } from '../shared/words.js';

export class TicketNews {
  /** `seq` heard last, by ticket. @type {Map<number, number>} */
  #heard = new Map();

  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
    this.#begin();
    chat.desk.on('hello', () => this.#begin());
    chat.desk.on('news', (frame) => frame.type === 'ticket.news' && this.#told(frame));
  }

  /** What came while nobody listened counts as unread, and is not sounded. */
  #begin() {
    for (const { ticket, seq } of this.chat.desk.tickets.all) this.#hears(ticket, seq);
  }

  /** @param {number} ticket @param {number} seq */
  #hears(ticket, seq) {
    this.#heard.set(ticket, Math.max(seq, this.#heard.get(ticket) ?? 0));
  }

  /** @param {Frame} frame */
  #told({ type, ticket, unread, last }) {
    const { chat } = this;
    if (!last) return;
    const isNew = last.seq > (this.#heard.get(ticket) ?? 0);
    this.#hears(ticket, last.seq);
    if (chat.came?.ticket === ticket && (isNew || last.text === null)) chat.came = null;
    if (!isNew || !unread || last.from.kind !== 'staff') return;
    if (!chat.looksOn) chat.sounds.play('answered');
    if (!chat.open && last.text !== null)
      chat.came = /** @type {Durable} */ ({ ...last, type, ticket, files: [{ name: t('A file') }] });
    chat.changedSoon();
  }
}
