/** Search over the agent's own chats: a field, the matches, and keys to choose one. */

import { icon, picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { find } from './chat-search.js';
import { neighbour } from './keys.js';
import { Part } from './work-part.js';

/** @import { Logs } from './logs.js' */
/** @import { Found } from './chat-search.js' */

/** Value of the row that leads to the tickets; no chat has this id. */
const TICKETS = 'tickets';

class ChatFinder extends Part {
  /** @type {Logs|null} */
  logs = null;
  #open = false;
  #query = '';
  /** @type {string|null} the chat that Enter leads to */
  #marked = null;

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    if (this.dialog.open) return;
    this.#open = true;
    this.#query = '';
    this.#mark(null);
    await this.updateComplete;
    this.dialog.showModal();
    this.one('input', HTMLInputElement).focus();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** @returns {Found[]} */
  get #found() {
    const { chats, order } = this.work;
    return find(
      order.map((chat) => {
        const { about, last } = chats.of(chat);
        const facts = [about?.customer.client, about?.product, about?.subject ?? last?.text, about?.customer.email]
          .filter(Boolean)
          .join(' · ');
        return {
          chat,
          name: about?.customer.name ?? NAMELESS,
          facts,
          said: (words) => this.logs?.saying(chat, words) ?? null,
        };
      }),
      this.#query,
    );
  }

  /** Null means the first. @param {string|null} chat */
  #mark(chat) {
    this.#marked = chat;
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const places = [...this.#found.map(({ chat }) => chat), ...(this.#query.trim() ? [TICKETS] : [])];
    const now = this.#marked ?? places[0] ?? null;
    if (event.key === 'ArrowDown') this.#mark(neighbour(places, now, 1));
    else if (event.key === 'ArrowUp') this.#mark(neighbour(places, now, -1));
    else if (event.key === 'Enter' && !event.isComposing && now) this.#go(now);
    else return;
    event.preventDefault();
  }

  /** @param {string} chat */
  #go(chat) {
    this.dialog.close();
    if (chat === TICKETS) location.assign(`/tickets?${new URLSearchParams({ view: 'all', q: this.#query.trim() })}`);
    else this.work.enter(chat);
  }

  /** @override */
  render() {
    return html`<dialog class="finder" aria-label="Search your chats" @close=${this.#closed} @click=${this.#outside}>${this.#open ? this.#shown() : nothing}</dialog>`;
  }

  /** @param {Event} event */
  #outside(event) {
    if (event.target === this.dialog) this.dialog.close();
  }

  #shown() {
    const found = this.#found;
    const query = this.#query.trim();
    const marked = this.#marked ?? found[0]?.chat ?? (query ? TICKETS : null);
    const option = (/** @type {string} */ chat, /** @type {unknown} */ inside) =>
      html`<li role="option" id="found-${chat}" aria-selected=${chat === marked} @click=${() => this.#go(chat)} @pointermove=${() => marked !== chat && this.#mark(chat)}>${inside}</li>`;
    return html`
      <div class="ask-for">${icon('search')}<input type="text" role="combobox" enterkeyhint="go" aria-label="Search your chats" placeholder="Name, subject, or what was said" aria-expanded="true" aria-controls="found" aria-autocomplete="list" aria-activedescendant=${marked ? `found-${marked}` : nothing} autocomplete="off" dir="auto"
        .value=${live(this.#query)} @input=${this.#typed} @keydown=${this.#key}></div>
      <ul role="listbox" id="found" aria-label="Your chats">
        ${found.map(({ chat, name, text }) => option(chat, html`${picture({ id: this.work.chats.of(chat).about?.customer.id ?? null, name })}<span class="two"><b class="cut" dir="auto">${name}</b><small class="cut" dir="auto">${text}</small></span>`))}
        ${query ? option(TICKETS, html`<span class="pic">${icon('ticket')}</span><span class="two"><b>Search tickets</b><small class="cut" dir="auto">for “${query}”</small></span>`) : nothing}
      </ul>
      <p class="sr" role="status">${found.length === 1 ? '1 chat' : `${found.length} chats`}</p>
      ${found.length || query ? nothing : html`<p class="quiet none">You have no chats to search.</p>`}`;
  }

  /** @param {InputEvent} event */
  #typed({ target }) {
    this.#query = /** @type {HTMLInputElement} */ (target).value;
    this.#mark(null);
  }
}

customElements.define('chat-finder', ChatFinder);
