/**
 * The dialog that changes the scorecard: its rows, and which reviews have one.
 *
 * @import { Row } from './review-rows.js'
 * @import { ReviewSettings } from './review-day.js'
 */

import { icon } from '../shared/parts.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { SettingsDialog } from './review-dialog.js';
import { ROWS_MAX, moved, renamed, same, wanted, without } from './review-rows.js';

const TITLE = 'card-title';
const TEXT_MAX = 60;
/** @type {Array<[ReviewSettings['card'], string]>} */
const CARDS = [
  ['sample', 'Chats of the sample'],
  ['all', 'All chats'],
];

class ReviewCard extends SettingsDialog {
  /** @override */
  titled = TITLE;
  /** @type {Row[]} */
  #rows = [];
  /** @type {ReviewSettings['card']} */
  #card = 'sample';

  /** @override @param {ReviewSettings} settings */
  begin({ rows, card }) {
    this.#rows = rows.map(({ id, text }) => ({ id, text }));
    this.#card = card;
  }

  /** @override */
  get changes() {
    const { settings } = this.work;
    const rows = wanted(this.#rows);
    const change = {
      ...(!same(rows, settings?.rows ?? []) && { rows: /** @type {ReviewSettings['rows']} */ (rows) }),
      ...(this.#card !== settings?.card && { card: this.#card }),
    };
    return Object.keys(change).length ? change : null;
  }

  /** @param {Row[]} rows @param {string[]} focus selectors: the first that finds something gets the focus */
  async #are(rows, ...focus) {
    this.#rows = rows;
    this.requestUpdate();
    await this.updateComplete;
    const found = focus.map((selector) => this.querySelector(`${selector}:enabled`));
    const to = found.find((one) => one instanceof HTMLElement);
    if (to instanceof HTMLElement) to.focus();
  }

  /** @param {number} at @param {1|-1} by */
  #move(at, by) {
    const [first, last] = by < 0 ? [1, 2] : [2, 1];
    const button = (/** @type {number} */ which) => `[data-row="${at + by}"] button:nth-of-type(${which})`;
    void this.#are(moved(this.#rows, at, by), button(first), button(last));
  }

  /** @override */
  shown() {
    const { mayChange } = this.work;
    return html`<header><h2 id=${TITLE}>Scorecard</h2><p>Each row is answered with Yes, Partly or No. A row that is removed keeps its earlier answers.</p></header>
      <div class="b">
        <ol class="card-rows">${this.#rows.map((row, at) => this.#row(row, at))}</ol>
        ${this.#rows.length ? nothing : html`<p class="quiet">Without rows, a review has no scorecard.</p>`}
        ${mayChange && this.#rows.length < ROWS_MAX ? html`<button type="button" class="btn sm" @click=${() => this.#are([...this.#rows, { text: '' }], `[data-row="${this.#rows.length}"] input`)}>${icon('plus')}Row</button>` : nothing}
        <div class="which"><span id="card-for">On</span><span class="segs" role="radiogroup" aria-labelledby="card-for">${CARDS.map(([key, name]) => html`<label><input type="radio" name="card" ?disabled=${!mayChange} .checked=${live(this.#card === key)} @change=${() => this.#choose(key)}>${name}</label>`)}</span></div>
      </div>`;
  }

  /** @param {ReviewSettings['card']} card */
  #choose(card) {
    this.#card = card;
    this.requestUpdate();
  }

  /** @param {Row} row @param {number} at */
  #row({ text }, at) {
    const { mayChange } = this.work;
    const name = text || `row ${at + 1}`;
    const last = this.#rows.length - 1;
    return html`<li data-row=${at}><input class="field" type="text" aria-label=${`Row ${at + 1}`} maxlength=${TEXT_MAX} required autocomplete="off" ?disabled=${!mayChange} .value=${live(text)} @input=${(/** @type {Event} */ { target }) => this.#are(renamed(this.#rows, at, /** @type {HTMLInputElement} */ (target).value))}>
      ${
        mayChange
          ? html`<button type="button" class="icon-btn" aria-label=${`Move up: ${name}`} ?disabled=${at === 0} @click=${() => this.#move(at, -1)}>${icon('arrow-up')}</button><button type="button" class="icon-btn" aria-label=${`Move down: ${name}`} ?disabled=${at === last} @click=${() => this.#move(at, 1)}>${icon('arrow-down')}</button><button type="button" class="icon-btn" aria-label=${`Remove: ${name}`} @click=${() => this.#are(without(this.#rows, at), `[data-row="${Math.min(at, last - 1)}"] input`, '.card-rows ~ .btn')}>${icon('trash-2')}</button>`
          : nothing
      }</li>`;
  }

  /** @override */
  said() {
    return `${this.#rows.length} of at most ${ROWS_MAX} rows`;
  }
}

customElements.define('review-card', ReviewCard);
