/** The view after the chat: its ticket, the rating, the next chat. */

import { opensWords } from '../shared/hours.js';
import { icon } from '../shared/parts.js';
import { html, live, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { rate } from './chat-commands.js';
import { afterWords } from './endings.js';
import { WidgetPart } from './widget-part.js';

const SCORES = [1, 2, 3, 4, 5];

/** Texts for the outcome of a chat. @param {import('./chat.js').Chat} chat */
export function outcomeWords(chat) {
  const {
    visit,
    words,
    zones,
    beginning: { left, hasAddress },
  } = chat;
  const { outcome } = visit;
  if (!outcome) return { title: '', text: '' };
  const team = visit.teams.find((one) => one.team === visit.team);
  const opens = team?.open === false && team.opens_at ? opensWords(team, chat.now(), zones) : '';
  return afterWords(outcome, {
    status: words.status(outcome.status),
    team: visit.teamName(),
    opens,
    address: outcome.reason === 'message' ? Boolean(left?.email || chat.desk.customer.proof?.email) : hasAddress,
  });
}

export class ClosedChat extends WidgetPart {
  /** The rating in the form, until it is sent. @type {{score: number, comment: string}|null} */
  #draft = null;
  #of = '';

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    chat.on('refused', (field) => this.one(`[name=${field}]`)?.focus());
  }

  /** @override */
  get first() {
    return this.one('h2');
  }

  /** @override */
  render() {
    const { title, text } = outcomeWords(this.chat);
    const message = this.chat.visit.phase === 'left';
    const rateable = this.chat.visit.rateable(this.chat.now());
    return html`<section class="view" aria-label=${t('After the chat')}>
      <div class="pad mid">
        <span class="place ok" aria-hidden="true">${icon('check')}</span>
        <h2 class="bigline" tabindex="-1">${title}</h2>
        <p class="soft">${text}</p>
        ${this.chat.addedTo ? html`<p class="soft">${t('Your last message was added to ticket #{ticket}.', { ticket: this.chat.addedTo })}</p>` : nothing}
        ${message ? nothing : html`<button type="button" class="textbtn" @click=${() => this.chat.reread()}>${t('Read the conversation')}</button>`}
        ${rateable ? this.#rating() : nothing}
      </div>
      <div class="pad foot pair">
        ${rateable ? html`<button class="btn primary full" form="rate" aria-disabled=${this.chat.busy ? 'true' : nothing}>${this.chat.visit.rating ? t('Change rating') : t('Send rating')}</button>` : nothing}
        <button type="button" class=${rateable ? 'btn full' : 'btn primary full'} @click=${() => this.chat.again()}>${message ? t('New message') : t('New chat')}</button>
      </div>
    </section>`;
  }

  /** Values of the fields: the draft, or else the stored rating. */
  get #shown() {
    const { rating, chat } = this.chat.visit;
    const of = JSON.stringify([chat, rating]);
    if (this.#of !== of) this.#draft = null;
    this.#of = of;
    return this.#draft ?? { score: rating?.score ?? 0, comment: rating?.comment ?? '' };
  }

  #rating() {
    const { rating } = this.chat.visit;
    const { score, comment } = this.#shown;
    const wrong = this.chat.wrongAt('rating');
    const same = rating && rating.score === score && (rating.comment ?? '') === comment.trim();
    return html`<form class="rating" id="rate" novalidate @submit=${this.#send}>
      <fieldset><legend class="label"><span class=${wrong ? 'sr' : ''}>${t('How was it?')}</span>${wrong ? html`<span class="wrong">${wrong}</span>` : nothing}</legend><div class="rate">${SCORES.map((one) => html`<label><input type="radio" name="score" value=${one} aria-label=${t('{score} of 5', { score: one })} .checked=${live(one === score)} @change=${() => this.#write({ score: one })}>${icon('star')}</label>`)}</div></fieldset>
      <label><span class="sr">${t('Anything to add? (optional)')}</span><input class="field" name="comment" maxlength="1000" autocomplete="off" placeholder=${t('Anything to add? (optional)')} dir="auto" .value=${live(comment)} @input=${(/** @type {Event} */ event) => this.#write({ comment: /** @type {HTMLInputElement} */ (event.target).value })}></label>
      ${same ? html`<p class="after">${t('Thank you. You gave us {score} of 5.', { score: rating.score })}</p>` : nothing}
    </form>`;
  }

  /** @param {{score?: number, comment?: string}} change */
  #write(change) {
    this.#draft = { ...this.#shown, ...change };
    if (change.score && this.chat.wrongAt('rating')) this.chat.forgive();
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const { score, comment } = this.#shown;
    rate(this.chat, score, comment);
  }
}

customElements.define('chat-after', ClosedChat);
