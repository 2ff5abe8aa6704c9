/**
 * The menu of emoji, which a colon at the start of a word opens in every text box of staff, and its button with all emoji and
 * the formats.
 *
 * @import { Emoji, Token } from './emoji.js'
 * @import { Format } from './formatting.js'
 */

import { localStore } from '../shared/drafts.js';
import { icon } from '../shared/parts.js';
import { LitElement, html, live, nothing } from '../shared/vendor/lit.js';
import { ALL, RecentEmoji, found, inserted, named, tokenAt } from './emoji.js';
import { describe, putAbove } from './floating.js';
import { COMMAND } from './keyboard.js';
import { formats, rewrite } from './writing-aids.js';

const WIDEST_PX = 340;
const COLUMNS = 8;

/** @type {Array<[Format, string, string, string]>} the name, the sign and the key */
const FORMATS = [
  ['bold', 'Bold', 'B', 'B'],
  ['italic', 'Italic', 'I', 'I'],
  ['code', 'Code', '</>', 'E'],
  ['bullets', 'Bulleted list', '', 'Shift 8'],
  ['numbers', 'Numbered list', '1.', 'Shift 7'],
];

/** The button closes the menu itself. @param {EventTarget|null} target */
const ofButton = (target) =>
  target instanceof Element && target.closest('button[aria-label="Emoji and formats"]') !== null;

export class WritingMenu extends LitElement {
  #recent = new RecentEmoji(localStore());
  /** @type {HTMLTextAreaElement|null} */
  #box = null;
  /** @type {Token|null} */
  #token = null;
  /** The text that has a colon which is to stay. */
  #kept = '';
  /** All emoji are shown, below a search. */
  #browsing = false;
  #words = '';
  #at = 0;

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    document.addEventListener('input', ({ target }) => this.#box && target === this.#box && this.look(this.#box));
    document.addEventListener('focusin', ({ target }) => this.#moved(target));
    document.addEventListener('keydown', (event) => this.#key(event), true);
    document.addEventListener('selectionchange', () => this.#token && this.#box && this.look(this.#box));
    document.addEventListener('pointerdown', ({ target }) => {
      if (this.#browsing && !ofButton(target) && target instanceof Node && !this.contains(target)) this.#close();
    });
    addEventListener('resize', () => this.requestUpdate());
  }

  /** @param {EventTarget|null} target that has the focus */
  #moved(target) {
    if (ofButton(target) || (target instanceof Node && this.contains(target))) return;
    if (target instanceof HTMLTextAreaElement && target.matches('.compose > textarea')) {
      if (target !== this.#box) this.#close();
      this.#box = target;
    } else this.#close();
  }

  /** A name that is typed in this box. @param {HTMLTextAreaElement} box */
  look(box) {
    if (document.activeElement !== box) return;
    this.#box = box;
    const { value, selectionStart, selectionEnd } = box;
    const token = selectionStart === selectionEnd ? tokenAt(value, selectionStart) : null;
    const exact = token?.exact && named(token.words);
    if (token && exact) return this.#insert(exact, token.start, selectionStart);
    if (token?.words !== this.#token?.words) this.#at = 0;
    this.#token = token && !token.exact && value.slice(0, token.start) !== this.#kept ? token : null;
    if (!token) this.#kept = '';
    this.#browsing = false;
    this.requestUpdate();
  }

  /** All emoji and the formats. @param {HTMLTextAreaElement} box */
  async browse(box) {
    if (this.#browsing) return this.#back();
    this.#box = box;
    this.#token = null;
    this.#browsing = true;
    this.#words = '';
    this.#at = 0;
    this.requestUpdate();
    await this.updateComplete;
    this.querySelector('input')?.focus();
    // The box may have become lower.
    this.requestUpdate();
  }

  #close() {
    this.#token = null;
    this.#browsing = false;
    this.requestUpdate();
  }

  #back() {
    const box = this.#box;
    this.#close();
    box?.focus();
  }

  /** @returns {Emoji[]} */
  get #found() {
    if (this.#token) return found(this.#token.words);
    if (!this.#browsing) return [];
    if (this.#words.trim()) return found(this.#words, ALL.length);
    return [...new Set([...this.#recent.list, ...ALL])];
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, target, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    const typing = this.#token && target === this.#box;
    const searching = this.#browsing && target instanceof HTMLInputElement && this.contains(target);
    if (this.#browsing && key === 'Escape' && target instanceof Node && this.contains(target)) this.#back();
    else if ((!typing && !searching) || isComposing || ctrlKey || metaKey || altKey || shiftKey) return;
    else if (!this.#chooses(key, Boolean(searching))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} key @param {boolean} grid @returns {boolean} it was a key of the menu */
  #chooses(key, grid) {
    const all = this.#found;
    const row = grid ? COLUMNS : 1;
    const step = { ArrowDown: row, ArrowUp: -row, ...(grid && { ArrowRight: 1, ArrowLeft: -1 }) }[key];
    if (key === 'Escape' && this.#token && this.#box) {
      this.#kept = this.#box.value.slice(0, this.#token.start);
      this.#close();
      return true;
    }
    if (!all.length) return false;
    if (step) {
      const next = this.#at + step;
      const turned = (next + all.length) % all.length;
      this.#at = grid ? Math.max(0, Math.min(all.length - 1, next)) : turned;
      this.requestUpdate();
      return true;
    }
    if (key !== 'Enter' && (grid || key !== 'Tab')) return false;
    this.#choose(all[this.#at]);
    return true;
  }

  /** @param {Emoji} one */
  #choose(one) {
    const box = this.#box;
    if (!box) return;
    this.#insert(one, this.#token?.start ?? box.selectionStart, box.selectionEnd);
  }

  /** @param {Emoji} one @param {number} start @param {number} end */
  #insert(one, start, end) {
    const box = this.#box;
    if (!box) return;
    this.#close();
    this.#recent.used(one);
    const { text, caret } = inserted(box.value, start, end, one.emoji);
    rewrite(box, text, caret, caret);
  }

  /** @param {Format} format */
  #format(format) {
    const box = this.#box;
    this.#back();
    if (box) formats(box, format);
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    const all = this.#found;
    const open = this.#browsing || all.length > 0;
    return html`<section class="card float canned aids ${this.#browsing ? 'all' : ''}" popover="manual" aria-label="Emoji and formats" @mousedown=${this.#holdFocus}>
        ${this.#browsing ? this.#head(all) : nothing}
        ${open ? html`<div class="results" role="listbox" id="emoji-found" aria-label="Emoji">${all.map((one, at) => this.#option(one, at))}</div>` : nothing}
        ${this.#browsing && !all.length ? html`<p class="quiet">No emoji has this name.</p>` : nothing}
      </section>
      <p class="sr" role="status">${open ? (all.length === 1 ? '1 emoji' : `${all.length} emoji`) : nothing}</p>`;
  }

  /** A click takes the focus only into the search. @param {Event} event */
  #holdFocus(event) {
    if (!(event.target instanceof HTMLInputElement)) event.preventDefault();
  }

  /** @param {Emoji[]} all */
  #head(all) {
    const marked = all[this.#at];
    return html`<div class="formats" role="group" aria-label="Formats">${FORMATS.map(([format, name, sign, key]) => html`<button type="button" class="icon-btn as-${format}" aria-label=${name} title="${name}, ${COMMAND} ${key}" @click=${() => this.#format(format)}>${sign || icon('list')}</button>`)}</div>
      <input class="field" type="text" role="combobox" aria-label="Find an emoji" aria-expanded="true" aria-controls="emoji-found" aria-autocomplete="list" aria-activedescendant=${marked ? `emoji-${this.#at}` : nothing} placeholder="Find an emoji" autocomplete="off" .value=${live(this.#words)} @input=${this.#seek}>`;
  }

  /** @param {InputEvent} event */
  #seek({ target }) {
    this.#words = /** @type {HTMLInputElement} */ (target).value;
    this.#at = 0;
    this.requestUpdate();
  }

  /** @param {Emoji} one @param {number} at */
  #option(one, at) {
    const name = one.names[0].replaceAll('_', ' ');
    return html`<div role="option" id="emoji-${at}" aria-selected=${at === this.#at} aria-label=${name} title=${this.#browsing ? `:${one.names[0]}:` : nothing} @click=${() => this.#choose(one)}><span aria-hidden="true">${one.emoji}</span>${this.#browsing ? nothing : html`<b class="cut">:${one.names[0]}:</b>`}</div>`;
  }

  /** @override */
  updated() {
    const card = /** @type {HTMLElement} */ (this.querySelector('.canned'));
    const box = this.#box;
    const shown = Boolean(box) && (this.#browsing || this.#found.length > 0);
    if (box && !this.#browsing && (shown || card.matches(':popover-open')))
      describe(box, 'emoji-found', shown ? `emoji-${this.#at}` : null);
    if (shown && box) putAbove(card, box, WIDEST_PX);
    if (card.matches(':popover-open') !== shown) card.togglePopover(shown);
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('writing-menu', WritingMenu);

/** @type {WritingMenu|null} */
let menu = null;

/** The one of the page. */
export function writingMenu() {
  if (!menu) {
    menu = new WritingMenu();
    document.body.append(menu);
  }
  return menu;
}
