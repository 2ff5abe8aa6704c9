/**
 * Tells the desk on which page of the site the customer is: once for each page, connection and chat, by the tab that they
 * look at.
 *
 * @import { Chat } from './chat.js'
 */

export class PageAt {
  #told = '';
  #connections = 0;

  /** @param {Chat} chat @param {() => boolean} [hidden] nobody looks at this tab */
  constructor(chat, hidden = () => document.hidden) {
    this.chat = chat;
    this.hidden = hidden;
    chat.desk.on('hello', () => {
      this.#connections += 1;
    });
    chat.on('change', () => this.#look());
  }

  #look() {
    const { page, visit, desk } = this.chat;
    if (!page || this.hidden() || desk.state.line !== 'live') return;
    // The desk takes it from who follows the chat, as of its first event.
    const chat = ['queued', 'active'].includes(visit.phase) && visit.lastSeq ? visit.chat : null;
    const key = JSON.stringify([page, chat, this.#connections]);
    if (key === this.#told) return;
    this.#told = key;
    desk.cast('page', chat ? { page, chat } : { page });
  }
}
