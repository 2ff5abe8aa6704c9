/**
 * The assistant above the text box of a chat or ticket. What it finds is shown, and goes into the box if the person wants
 * it. Nothing is sent by itself.
 *
 * @import { Found, What } from './assist.js'
 * @typedef {{who: string, text: string}} Message
 * @typedef {{part: HTMLElement & {as: (noting: boolean) => Promise<void>}, work: EventTarget, host: string, address: () => string|null, messages: () => Message[], code?: {name: (key: string) => string, choose: (key: string) => void}}} Place
 *   `part` has the text box; `messages` of the conversation, newest first; `code`: how a resolution code is chosen
 */

import { element } from '../shared/dom.js';
import { ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';
import { inserted } from './article-search.js';
import { Assist } from './assist.js';

export { messagesOf } from './assist.js';

/** @type {[What, string][]} */
const ACTS = [
  ['summary', 'Summarize'],
  ['reply', 'Suggest a reply'],
  ['code', 'Suggest a code'],
  ['translation', 'Translate'],
];
const LANGUAGES = [
  ['en', 'English'],
  ['fr', 'French'],
  ['es', 'Spanish'],
];
const SHOWN = 60;

export class AssistPanel {
  #assist;
  #element = element('section', { class: 'assist', 'aria-label': 'Assistant' });
  /** A translation is being chosen. */
  #choosing = false;
  #to = 'en';
  /** Index of the message to translate; empty for the last one of the customer, `own` for what is in the box. */
  #of = '';

  /** @param {Place} place @param {typeof ask} [asks] */
  constructor(place, asks = ask) {
    this.place = place;
    this.#assist = new Assist(asks);
    this.#assist.addEventListener('change', () => this.#draw());
    place.part.before(this.#element);
    place.work.addEventListener('change', () => this.#follow());
    this.#follow();
  }

  #follow() {
    const address = this.place.address();
    if (address !== this.#assist.address) this.#choosing = false;
    this.#assist.about(address);
    this.#draw();
  }

  get #box() {
    return this.place.part.querySelector('textarea');
  }

  #draw() {
    const { asking, found, fault, address } = this.#assist;
    this.#element.hidden = address === null;
    const acts = ACTS.filter(([what]) => what !== 'code' || this.place.code);
    render(
      html`<div class="acts">${acts.map(([what, name]) => html`<button type="button" class="btn sm plain" ?disabled=${asking !== null} aria-expanded=${what === 'translation' ? String(this.#choosing) : nothing} @click=${() => this.#act(what)}>${name}</button>`)}</div>
      ${this.#choosing ? this.#choice() : nothing}
      <p class="sr" role="status">${asking ? `Asking ${this.place.host}` : found ? 'The assistant has answered.' : ''}</p>
      ${asking ? html`<p class="quiet" aria-hidden="true">Asking ${this.place.host}… <button type="button" class="textbtn" tabindex="-1" @click=${() => this.#assist.forget()}>Stop</button></p>` : nothing}
      ${fault ? html`<p class="wrong" role="alert">${fault}</p>` : nothing}
      ${found ? this.#found(found) : nothing}`,
      this.#element,
    );
  }

  /** @param {What} what */
  #act(what) {
    this.#choosing = what === 'translation' && !this.#choosing;
    if (what === 'translation') {
      this.#of = '';
      this.#assist.forget();
    } else void this.#assist.find(what);
  }

  #choice() {
    const own = this.#box?.value.trim();
    const set = (/** @type {Event} */ { target }) => {
      const field = /** @type {HTMLSelectElement} */ (target);
      if (field.name === 'to') this.#to = field.value;
      else this.#of = field.value;
    };
    return html`<form class="acts" @change=${set} @submit=${this.#translate}>
      <label><span class="sr">Text</span><span class="pick"><select class="field" name="of"><option value="">The customer’s last message</option>${own ? html`<option value="own">What I’ve written</option>` : nothing}${this.place.messages().map(({ who, text }, at) => html`<option value=${at}>${who}: ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}</option>`)}</select>${icon('chevron-down')}</span></label>
      <label><span class="sr">Language</span><span class="pick"><select class="field" name="to">${LANGUAGES.map(([key, name]) => html`<option value=${key} .selected=${key === this.#to}>${name}</option>`)}</select>${icon('chevron-down')}</span></label>
      <button class="btn sm">Translate it</button>
    </form>`;
  }

  #translate = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const text =
      this.#of === 'own' ? this.#box?.value.trim() : this.place.messages()[Number(this.#of || Number.NaN)]?.text;
    void this.#assist.find('translation', { to: this.#to, ...(text && { text }) });
  };

  /** @param {Found} found */
  #found({ what, text, codes, sources }) {
    const { code, host } = this.place;
    const summary = what === 'summary';
    return html`<div class="found">
      ${text ? html`<p class="tx" dir="auto">${text}</p>` : nothing}
      ${sources.length ? html`<p class="from">From ${sources.map(({ title, url }, at) => html`${at ? ', ' : ''}<a href=${new URL(url).pathname} target="_blank" rel="noopener" dir="auto">${title}</a>`)}</p>` : nothing}
      ${what === 'code' && code ? html`<div class="acts">${codes.map((key) => html`<button type="button" class="btn sm" @click=${() => this.#choose(key)}>${code.name(key)}</button>`)}</div>` : nothing}
      <div class="acts"><small class="quiet">Suggested by ${host}. Check it before you use it.</small>
        <button type="button" class="btn sm plain" @click=${() => this.#assist.forget()}>Discard</button>
        ${text ? html`<button type="button" class="btn sm" @click=${() => this.#use(text, true)}>Put it into a note</button>` : nothing}
        ${text && !summary ? html`<button type="button" class="btn sm primary" @click=${() => this.#use(text, false)}>Put it into the reply</button>` : nothing}</div>
    </div>`;
  }

  /** @param {string} key */
  #choose(key) {
    this.place.code?.choose(key);
    this.#assist.forget();
  }

  /** What is in the box stays. @param {string} text @param {boolean} noting */
  async #use(text, noting) {
    await this.place.part.as(noting);
    const box = this.#box;
    if (!box) return;
    const now = inserted(box.value, text, box.value.length, box.value.length);
    box.value = now.text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    box.focus();
    box.setSelectionRange(now.caret, now.caret);
    this.#choosing = false;
    this.#assist.forget();
  }
}
