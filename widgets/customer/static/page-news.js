/**
 * What the desk and the page around learn of the reader: what was read, what is unread.
 *
 * @import { Chat } from './chat.js'
 */

export class PageNews {
  #told = '';
  /** The customer does not look, or not all of the conversation is there yet. */
  #away = true;
  #whole = false;

  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
    chat.on('whole', () => {
      this.#whole = true;
    });
  }

  /** Marks as read what is in view. */
  read() {
    const { chat } = this;
    const { visit } = chat;
    const seen = chat.attends && visit.phase !== 'queued' && chat.view === 'talk';
    if (seen && this.#away && this.#whole) visit.newFrom = visit.fromStaff[0] ?? 0;
    this.#away = !seen || !this.#whole;
    if (!seen || visit.lastSeq <= visit.lastRead) return;
    const upto = Math.min(visit.lastSeq, chat.seenUpto());
    const { unread } = visit;
    visit.readUpto(upto);
    if (visit.unread < unread && visit.phase === 'active') chat.desk.cast('read', { chat: visit.chat, upto });
  }

  /** Tells the page around, where it is news to it. */
  tell() {
    const { desk, home, visit, open, host, ticketShown } = this.chat;
    const undecided = ((visit.phase === 'queued' && visit.decideBy) || visit.silent) && !open ? 1 : 0;
    const chat = Boolean(visit.chat && visit.phase !== 'closed');
    const known = chat || home.any;
    // What the next page opens again.
    const inside = chat || (!home.shown && ticketShown !== null);
    const news = { unread: visit.unread + undecided + desk.tickets.unread, chat, known, inside };
    if (visit.phase === 'opening' || this.#told === JSON.stringify(news)) return;
    this.#told = JSON.stringify(news);
    host.tell('news', news);
  }
}
