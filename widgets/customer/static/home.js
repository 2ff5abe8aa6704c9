/**
 * Whether the list of the customer's conversations is shown. It is the first view for whoever has any; a chat under way
 * and a conversation that this tab was in stay in front.
 */

import { Memory } from './memory.js';

export class Home {
  /** The list is shown. */
  shown = false;
  #decided = false;

  /** @param {import('./chat.js').Chat} chat @param {Storage|null} tab storage of this tab */
  constructor(chat, tab) {
    this.chat = chat;
    this.tab = new Memory(tab);
    // Remembered, because the desk tells no ticket that is closed for good.
    chat.desk.on('tickets', (all) => all.length && chat.memory.set('listed', 'yes'));
    chat.on('change', () => this.#keep());
  }

  /** This customer has conversations. */
  get any() {
    return Boolean(this.chat.memory.get('listed'));
  }

  /** The list is about to be shown, as far as this browser knows. */
  get expected() {
    return this.shown || (!this.#decided && this.any && !this.tab.get('inside'));
  }

  /** The way back leads to the list. */
  get isBehind() {
    return this.any && !this.shown && this.#decided && this.chat.view !== 'opening';
  }

  /** The desk has told what is under way. @param {import('../shared/client/types.js').Ok} ok */
  greeted({ chats }) {
    if (this.#decided) return;
    const { start, request } = this.chat.beginning;
    const busy = chats?.length || start || request.body;
    this.shown = this.expected && !busy;
    this.chat.opened ??= (!busy && this.any && Number(this.tab.get('inside'))) || null;
    this.#decided = true;
  }

  show() {
    this.chat.opened = null;
    this.shown = true;
    this.chat.changed();
  }

  /** Goes to what is behind the list. */
  leave() {
    this.#decided = true;
    this.shown = false;
    this.chat.changed();
  }

  /** Remembers what this tab shows: a ticket by its number. */
  #keep() {
    if (this.#decided) this.tab.set('inside', this.shown ? null : String(this.chat.opened ?? 'yes'));
  }
}
