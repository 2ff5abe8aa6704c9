/**
 * The menu of colleagues, which an @ at the start of a word opens in every note.
 *
 * @import { Colleague } from './mentions.js'
 */

import { ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';
import { describe, putAbove } from './floating.js';
import { Mentions } from './mentions.js';

const BOX = '.compose:is(.noting, .whispering) textarea';
const WIDEST_PX = 320;

class MentionMenu extends LitElement {
  /** The path of the colleagues who may read the note. @type {() => string} */
  path = () => '';
  /** Enter alone sends the note. @type {() => boolean} */
  enterSends = () => false;
  mentions = new Mentions({ ask, changed: () => this.requestUpdate() });
  /** @type {HTMLTextAreaElement|null} */
  #box = null;
  /** The note that was held, because it ends in a mention of nobody. @type {string|null} */
  #held = null;
  /** The note that ended in such a mention when its box was left, as by a click on **Add note**. @type {string|null} */
  #lost = null;

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    const on = (/** @type {string} */ name, /** @type {(event: Event) => void} */ act) =>
      document.addEventListener(name, act, true);
    on('focusin', ({ target }) => this.#look(target));
    on('input', ({ target }) => this.#look(target));
    on('focusout', ({ target }) => {
      if (target === this.#box) this.#left();
    });
    on('submit', (event) => this.#submit(event));
    on('keydown', (event) => this.#key(/** @type {KeyboardEvent} */ (event)));
    document.addEventListener('selectionchange', () => this.mentions.token && this.#look(document.activeElement));
    addEventListener('resize', () => this.requestUpdate());
  }

  /** @param {EventTarget|null} target */
  #look(target) {
    if (!(target instanceof HTMLTextAreaElement) || !target.matches(BOX)) return;
    this.#box = target;
    const { value, selectionStart, selectionEnd } = target;
    if (value.includes('@')) dialogStyle().catch(() => {});
    if (selectionStart === selectionEnd) this.mentions.look(value, selectionStart, this.path());
    else this.mentions.away();
  }

  #left() {
    this.#lost = this.mentions.lost && this.#box ? this.#box.value : null;
    if (this.#box) describe(this.#box, 'mention-found', null);
    this.mentions.away();
    this.#box = null;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    if (event.target !== this.#box || isComposing || altKey || shiftKey) return;
    const sends = key === 'Enter' && (ctrlKey || metaKey || this.enterSends());
    if (this.mentions.lost && sends && this.#box) this.#hold(event, this.#box);
    if (!this.mentions.open || ctrlKey || metaKey) return;
    const { marked } = this.mentions;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step) this.mentions.step(/** @type {1|-1} */ (step));
    else if (key === 'Escape') this.mentions.leave();
    else if (marked && (key === 'Enter' || key === 'Tab')) this.#insert(marked);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** A click on the button. @param {Event} event */
  #submit(event) {
    const box = event.target instanceof HTMLFormElement ? event.target.querySelector('textarea') : null;
    if (!box?.matches(BOX)) return;
    const lost = box === this.#box ? this.mentions.lost : box.value === this.#lost;
    if (lost && this.#hold(event, box)) box.focus();
  }

  /** Holds a note once. @param {Event} event @param {HTMLTextAreaElement} box */
  #hold(event, box) {
    if (box.value === this.#held) return false;
    this.#held = box.value;
    this.requestUpdate();
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** @param {Colleague} colleague */
  #insert(colleague) {
    const box = this.#box;
    if (!box) return;
    const { text, caret } = this.mentions.insert(colleague, box.value, box.selectionStart);
    box.value = text;
    box.setSelectionRange(caret, caret);
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    box.setSelectionRange(caret, caret);
  }

  /** @override */
  render() {
    const { open, found, marked, fault, list, lost, token } = this.mentions;
    return html`<section class="card float canned" popover="manual" aria-label="Colleagues" @mousedown=${(/** @type {Event} */ event) => event.preventDefault()}>
        ${open ? html`<p class="h">Mention a colleague who can see this</p>${list ? nothing : html`<p class="wrong">${fault}</p>`}<div class="results" role="listbox" id="mention-found" aria-label="Colleagues">${found.map((one) => html`<div role="option" id="mention-${one.staff}" aria-selected=${one === marked} @click=${() => this.#insert(one)}><b class="cut" dir="auto">${one.name}</b></div>`)}</div>` : lost && list ? html`<p class="missing" role="status">${icon('circle-alert')}Nobody who can see this is called “${token?.words}”.${this.#held === this.#box?.value ? ' Send again to add the note as it is.' : ''}</p>` : nothing}
      </section>
      <p class="sr" role="status">${open && list ? (found.length === 1 ? '1 colleague' : `${found.length} colleagues`) : nothing}</p>`;
  }

  /** @override */
  updated() {
    const card = /** @type {HTMLElement} */ (this.querySelector('.canned'));
    const { open, marked, lost, list } = this.mentions;
    const box = this.#box;
    const shown = Boolean(box) && (open || (lost && list !== null));
    if (box && (shown || card.matches(':popover-open')))
      describe(box, 'mention-found', open ? (marked ? `mention-${marked.staff}` : '') : null);
    if (shown && box) putAbove(card, box, WIDEST_PX);
    if (card.matches(':popover-open') !== shown) card.togglePopover(shown);
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }
}

customElements.define('mention-menu', MentionMenu);

/** Offers colleagues in the notes of the page. @param {() => string} path of those who may read the note @param {() => boolean} [enterSends] @returns {Mentions} */
export function offerColleagues(path, enterSends = () => false) {
  const menu = new MentionMenu();
  Object.assign(menu, { path, enterSends });
  document.body.append(menu);
  return menu.mentions;
}
