/** The rating of a chat that is over, or of the last chat of the ticket that is shown: a star saves it at once, and it can be changed. */

import { icon } from '../shared/parts.js';
import { html, live, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { rate } from './chat-commands.js';
import { WidgetPart } from './widget-part.js';

const SCORES = [1, 2, 3, 4, 5];
/** By keyboard, one passes stars on the way to the one that is meant. */
const KEYS_REST_MS = 1_000;
const NONE = { chat: null, rating: null };

export class Rating extends WidgetPart {
  /** The rating in the form, until it is stored. @type {{score: number, comment: string}|null} */
  #draft = null;
  /** The draft that was sent last. */
  #sent = this.#draft;
  #of = '';
  /** @type {string|null} */
  #chat = null;
  /** The stars are shown although there is a rating. */
  #changing = false;
  /** The keyboard is in the stars: they stay until it leaves. */
  #byKeys = false;
  /** @type {any} */
  #timer = null;
  #hadFocus = false;

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    chat.on('refused', (field) => this.one(`[name=${field}]`)?.focus());
  }

  /** @override */
  willUpdate() {
    this.#hadFocus = Boolean(this.one('.rate :focus'));
  }

  /** The stars that had the focus may have given way. @override */
  updated() {
    if (this.#hadFocus && !this.one('.rate')) this.one('.thanks button')?.focus();
  }

  /** @override */
  render() {
    return this.#rated ? this.#rating() : null;
  }

  /** The chat that is rated; null if none can be. @returns {import('./rated-chat.js').Rated|null} */
  get #rated() {
    const { opened, talks, visit } = this.chat;
    if (opened) return talks?.current?.rated ?? null;
    return visit.rateable(this.chat.now()) ? visit : null;
  }

  /** Values of the fields: the draft, or else the stored rating. */
  get #shown() {
    const { rating, chat } = this.#rated ?? NONE;
    const of = JSON.stringify([chat, rating]);
    if (this.#of !== of) {
      // What was written since then is sent next.
      if (this.#chat !== chat || this.#draft === this.#sent) this.#draft = null;
      this.#changing = this.#byKeys;
    }
    this.#of = of;
    this.#chat = chat;
    return this.#draft ?? { score: rating?.score ?? 0, comment: rating?.comment ?? '' };
  }

  #rating() {
    const { score, comment } = this.#shown;
    const { rating } = this.#rated ?? NONE;
    const wrong = this.chat.wrongAt('rating');
    return html`<form class="rating" novalidate @submit=${this.#send}>
      ${rating && !this.#changing ? this.#thanks(rating.score) : this.#stars(score)}
      <label><span class="sr">${t('Anything to add? (optional)')}</span><input class="field" name="comment" maxlength="1000" autocomplete="off" placeholder=${t('Anything to add? (optional)')} dir="auto" .value=${live(comment)} @change=${this.#save} @input=${(/** @type {Event} */ event) => this.#write({ comment: /** @type {HTMLInputElement} */ (event.target).value })}></label>
      ${rating?.comment && rating.comment === comment.trim() ? html`<p class="sm soft">${t('Saved.')}</p>` : nothing}
      ${wrong ? html`<p class="wrong">${wrong}</p>` : nothing}
    </form>`;
  }

  /** @param {number} score */
  #thanks(score) {
    return html`<p class="thanks"><span class="given" aria-hidden="true">${SCORES.map((one) => html`<span class=${one > score ? 'off' : nothing}>${icon('star')}</span>`)}</span><span id="thanks">${t('Thanks. {score} of 5', { score })}</span><button type="button" class="textbtn" aria-describedby="thanks" @click=${this.#change}>${t('Change')}</button></p>`;
  }

  /** @param {number} score */
  #stars(score) {
    return html`<div role="group" aria-label=${t('How was it?')} @focusout=${this.#left}><span class="label" aria-hidden="true">${t('How was it?')}</span><div class="rate">${SCORES.map((one) => html`<label><input type="radio" name="score" value=${one} aria-label=${t('{score} of 5', { score: one })} .checked=${live(one === score)} @click=${(/** @type {Event} */ event) => this.#choose(one, event)}>${icon('star')}</label>`)}</div></div>`;
  }

  /** @param {number} score @param {Event} event */
  #choose(score, event) {
    this.#byKeys = /** @type {HTMLInputElement} */ (event.target).matches(':focus-visible');
    this.#write({ score });
    clearTimeout(this.#timer);
    this.#timer = this.#byKeys && setTimeout(this.#save, KEYS_REST_MS);
    if (!this.#byKeys) this.#save();
  }

  /** @param {FocusEvent} event */
  #left({ currentTarget, relatedTarget }) {
    const stars = /** @type {HTMLElement} */ (currentTarget);
    if (!this.#byKeys || stars.contains(/** @type {Node|null} */ (relatedTarget))) return;
    this.#byKeys = this.#changing = false;
    this.requestUpdate();
    this.#save();
  }

  async #change() {
    this.#changing = true;
    this.requestUpdate();
    await this.updateComplete;
    this.one('.rate :checked')?.focus();
  }

  /** @param {{score?: number, comment?: string}} change */
  #write(change) {
    this.#draft = { ...this.#shown, ...change };
    if (change.score && this.chat.wrongAt('rating')) this.chat.forgive();
    this.requestUpdate();
  }

  /** Sends the rating if it differs from the stored one. */
  #save = async () => {
    const { chat } = this;
    const { rating, chat: id } = this.#rated ?? NONE;
    const { score, comment } = this.#shown;
    clearTimeout(this.#timer);
    this.#timer = null;
    if (!id || !score || chat.busy) return;
    if (rating?.score === score && (rating.comment ?? '') === comment.trim()) {
      this.#changing = this.#byKeys;
      return this.requestUpdate();
    }
    this.#sent = this.#draft;
    await rate(chat, score, comment, id);
    if (this.#draft && this.#draft !== this.#sent && !chat.wrongAt('rating')) this.#save();
  };

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    this.#byKeys = false;
    if (this.#shown.score) this.#save();
    else rate(this.chat, 0, '');
  }
}

customElements.define('chat-rating', Rating);
