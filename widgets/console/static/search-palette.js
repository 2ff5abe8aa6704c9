/** Search or jump to: chats, tickets, people, articles and commands, on every staff page. */

import { pageData } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import { icon, picture } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { shapeOf } from '../shared/vocabulary.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { COMMAND } from './keyboard.js';
import { neighbour } from './keys.js';
import { marked } from './marked.js';
import { Palette } from './palette.js';
import { Part } from './work-part.js';

/**
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Logs } from './logs.js'
 * @import { Option } from './palette.js'
 */

class SearchPalette extends Part {
  /** Texts of the chats, where the page has them. @type {Logs|null} */
  logs = null;
  /** @type {Vocabulary|null} */
  words = null;
  /** What the page does itself, by name; otherwise a command's own page is opened. @type {Record<string, () => void>} */
  does = {};
  /** Shows a ticket. @type {(number: number) => void} */
  shows = (number) => location.assign(`/tickets/${number}`);
  #open = false;
  /** @type {string|null} the option that Enter takes */
  #marked = null;
  #palette = new Palette({
    ask,
    chats: () => this.#chats(),
    status: () => this.work.presence.state?.status ?? null,
    publishes: () => ['supervisor', 'admin'].some((role) => pageData().me.roles.includes(role)),
    changed: () => this.requestUpdate(),
  });

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    if (this.dialog.open) return;
    this.#open = true;
    this.#marked = null;
    this.#palette.type('');
    await this.updateComplete;
    this.dialog.showModal();
    this.one('input', HTMLInputElement).focus();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  #chats() {
    const { chats, now } = this.work;
    const { owed, yours, theirs } = chats.groups(now());
    return [...owed, ...yours, ...theirs].map(({ chat, about, preview }) => ({
      chat,
      customer: about?.customer.id ?? null,
      name: about?.customer.name ?? NAMELESS,
      facts: [about?.customer.client, about?.product, about?.subject ?? preview, about?.customer.email]
        .filter(Boolean)
        .join(' · '),
      said: (/** @type {string[]} */ words) => this.logs?.saying(chat, words) ?? null,
    }));
  }

  /** @returns {Option[]} */
  get #options() {
    return this.#palette.groups.flatMap(({ options }) => options);
  }

  /** The option that is marked: the first if there is none. */
  get #now() {
    const options = this.#options;
    return options.find(({ id }) => id === this.#marked) ?? options[0] ?? null;
  }

  /** @param {string|null} id */
  #mark(id) {
    this.#marked = id;
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const ids = this.#options.map(({ id }) => id);
    const now = this.#now;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#mark(neighbour(ids, now?.id ?? null, /** @type {1|-1} */ (step)));
    else if (event.key === 'Enter' && !event.isComposing && now) this.#go(now, event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  }

  /** An article opens in a new tab: a chat goes on in this one. @param {Option} option @param {boolean} apart in a new tab */
  #go({ kind, href, act, run, chat, number }, apart) {
    this.dialog.close();
    if ((apart || kind === 'article') && href) open(href, '_blank', 'noopener');
    else if (chat) this.work.enter(chat);
    else if (number) this.shows(number);
    else if (run) run();
    else if (act && this.#acts(act)) return;
    else if (href) location.assign(href);
  }

  /** @param {string} act @returns {boolean} it was done here */
  #acts(act) {
    const { presence } = this.work;
    /** @type {Record<string, () => void>} */
    const own = {
      available: () => void presence.set('available'),
      away: () => void presence.set('away'),
      theme: () =>
        document.querySelector('[data-theme-switch]')?.dispatchEvent(new MouseEvent('click', { bubbles: true })),
      signOut: () => document.getElementById('sign-out')?.click(),
    };
    const does = this.does[act] ?? own[act];
    does?.();
    return does !== undefined;
  }

  /** @override */
  render() {
    return html`<dialog class="finder" aria-label="Search or jump to" @close=${this.#closed} @click=${this.#outside}>${this.#open ? this.#shown() : nothing}</dialog>`;
  }

  /** @param {Event} event */
  #outside(event) {
    if (event.target === this.dialog) this.dialog.close();
  }

  #shown() {
    const { groups, typed, searching, fault } = this.#palette;
    const now = this.#now;
    const count = this.#options.length;
    return html`
      <div class="ask-for">${icon('search')}<input type="text" role="combobox" enterkeyhint="go" aria-label="Search or jump to" placeholder="Name, words, number or command" aria-expanded="true" aria-controls="found" aria-autocomplete="list" aria-activedescendant=${now ? `found-${now.id}` : nothing} autocomplete="off" spellcheck="false" maxlength="500" dir="auto"
        .value=${live(typed)} @input=${this.#typed} @keydown=${this.#key}><kbd class="kbd" aria-hidden="true">Esc</kbd></div>
      <div class="results" role="listbox" id="found" aria-label="Results">${groups.map(
        ({ key, name, options }) => html`
        <div role="group" aria-labelledby="found-in-${key}"><p class="h" id="found-in-${key}">${name}</p>${options.map((option) => this.#option(option, option === now || option.id === now?.id))}</div>`,
      )}</div>
      ${count || searching || fault ? nothing : html`<p class="quiet none">Nothing matches.</p>`}
      ${fault ? html`<p class="wrong none" role="alert">${fault}</p>` : nothing}
      <p class="sr" role="status">${searching ? 'Searching' : count === 1 ? '1 result' : `${count} results`}</p>
      <p class="palette-foot" aria-hidden="true"><span><kbd class="kbd">#</kbd> number</span><span><kbd class="kbd">@</kbd> people</span><span><kbd class="kbd">&gt;</kbd> commands</span><span><kbd class="kbd">${COMMAND}</kbd> <kbd class="kbd">↵</kbd> new tab</span></p>`;
  }

  /** @param {Option} option @param {boolean} now */
  #option(option, now) {
    const { id, title, note, marks = [], status, closed, person } = option;
    const text = (/** @type {'title'|'note'} */ place, /** @type {string} */ words) =>
      option.marked === place ? marked(words, marks) : words;
    const shape = status && (closed ? 'lock' : shapeOf(status)[1]);
    return html`<div role="option" id="found-${id}" aria-selected=${now} @click=${(/** @type {MouseEvent} */ { ctrlKey, metaKey }) => this.#go(option, ctrlKey || metaKey)} @pointermove=${() => now || this.#mark(id)}>
      ${person ? picture(person, { size: 'sm' }) : html`<span class="pic">${icon(option.icon ?? 'search')}</span>`}
      <span class="two"><b class="cut" dir="auto">${text('title', title)}</b>${note ? html`<small class="cut" dir="auto">${text('note', note)}</small>` : nothing}</span>
      <span class="end">${status && shape ? html`<span class="status ${shapeOf(status)[0]}" title=${this.words?.status(status) ?? status}>${icon(shape)}<span class="sr">${this.words?.status(status) ?? status}</span></span>` : nothing}${now ? html`<kbd class="kbd" aria-hidden="true">↵</kbd>` : nothing}</span>
    </div>`;
  }

  /** @param {InputEvent} event */
  #typed({ target }) {
    this.#marked = null;
    this.#palette.type(/** @type {HTMLInputElement} */ (target).value);
  }

  /** @override The marked option is scrolled into sight. */
  updated() {
    if (this.#open) this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('search-palette', SearchPalette);
