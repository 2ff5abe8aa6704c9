/**
 * The card at the foot of a conversation that waits: what to do while nobody is there, or before the team closes.
 */

import { clockWords } from '../shared/hours.js';
import { html, live, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { end, giveAddress, keepPlace } from './chat-commands.js';
import { nobodyThere, placeWords } from './line-words.js';
import { WidgetPart } from './widget-part.js';

export class LineCard extends WidgetPart {
  /** The customer waits although nobody is there: the chat in which they said so. @type {string|null} */
  #stays = null;
  /** They know what leaving without an address means. */
  #warned = false;
  #email = '';

  /** @param {import('./chat.js').Chat} chat @param {{toBox: () => void}} around */
  constructor(chat, around) {
    super(chat);
    this.around = around;
    this.#email = chat.beginning.form.email;
    // Those who stayed are asked again when somebody was there and left.
    chat.on('change', () => nobodyThere(chat.visit) || this.#asksAnew());
    chat.on('refused', async (field) => {
      await this.updateComplete;
      if (field === 'address') this.one('[name=address]')?.focus();
    });
  }

  #asksAnew() {
    this.#stays = null;
    this.#warned = false;
  }

  /** The card offers to leave a message. */
  get offers() {
    const { visit } = this.chat;
    return nobodyThere(visit) && !visit.decideBy && !visit.waitsUntil && this.#stays !== visit.chat;
  }

  /** @override */
  render() {
    const { visit } = this.chat;
    if (visit.phase === 'queued' && visit.decideBy) return this.#choice(visit.decideBy);
    return this.offers ? this.#offer() : null;
  }

  #offer() {
    const { chat } = this;
    const { proof } = chat.desk.customer;
    const wrong = chat.wrongAt('line');
    const busy = chat.busy ? 'true' : nothing;
    return html`<form class="line-card" novalidate aria-labelledby="line-offer" @submit=${this.#leave}>
      <h3 id="line-offer">${t('Rather leave it as a message?')}</h3>
      <p class="sm">${t('It becomes a ticket with all you wrote. {team} reads it when somebody is back.', { team: chat.visit.teamName() })}</p>
      ${proof?.email ? nothing : html`<label><span class="label">${t('Email')}</span><input class="field" name="address" type="email" autocomplete="email" maxlength="254" inputmode="email" aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${wrong ? 'line-wrong' : nothing} title=${this.#email} .value=${live(this.#email)} @input=${this.#typed}></label>`}
      ${wrong ? html`<p class="wrong" id="line-wrong">${wrong}</p>` : nothing}
      <div class="pair"><button class="btn primary full" aria-disabled=${busy}>${this.#warned && !this.#email.trim() ? t('Leave it without an address') : t('Leave it as a message')}</button><button type="button" class="btn full" aria-disabled=${busy} @click=${this.#stay}>${t('Keep waiting')}</button></div>
    </form>`;
  }

  /** @param {string} decideBy */
  #choice(decideBy) {
    const { chat } = this;
    const { visit, zones } = chat;
    const busy = chat.busy ? 'true' : nothing;
    const time = clockWords(decideBy, zones);
    return html`<section class="line-card" aria-labelledby="line-choice">
      <h3 id="line-choice">${t('We may not reach you before closing')}</h3>
      <p class="sm">${t('{place}. What would you like if nobody is free by {time}?', { place: placeWords(visit.position, visit.waitS), time })}</p>
      <p class="choice chosen"><span class="ring" aria-hidden="true"></span><b>${t('Leave it as a message')}</b><small>${t('It becomes a ticket that we answer first thing when we open. This happens if you do nothing.')}</small></p>
      <button type="button" class="choice" aria-disabled=${busy} @click=${() => keepPlace(chat)}><span class="ring" aria-hidden="true"></span><b>${t('Keep my place')}</b><small>${t('We answer if someone is free in time. Otherwise it becomes a ticket.')}</small></button>
      ${chat.wrongAt('line') ? html`<p class="wrong">${chat.wrongAt('line')}</p>` : nothing}
    </section>`;
  }

  /** @param {Event} event */
  #typed(event) {
    const { value, validity } = /** @type {HTMLInputElement} */ (event.target);
    this.#email = value;
    if (this.chat.wrong?.at === 'line' && validity.valid) this.chat.forgive();
    else this.requestUpdate();
  }

  /** Stores the address that was typed, if there is one. @returns {Promise<boolean>} false if it was refused */
  async #stored() {
    const { chat } = this;
    const email = this.#email.trim();
    const field = /** @type {HTMLInputElement|null} */ (this.one('[name=address]'));
    if (field && !field.validity.valid) {
      chat.refuse('line', t('That doesn’t look like an email address. Correct it or leave it empty.'), 'address');
      return false;
    }
    if (!field || !email || email === chat.beginning.form.email.trim()) return true;
    return giveAddress(chat, email);
  }

  /** @param {Event} event */
  async #leave(event) {
    event.preventDefault();
    const { chat } = this;
    if (chat.busy) return;
    if (this.one('[name=address]') && !this.#email.trim() && !this.#warned) {
      this.#warned = true;
      chat.refuse(
        'line',
        t('Without an address, we can answer you only here. Add one, or leave it anyway.'),
        'address',
      );
      return;
    }
    if (await this.#stored()) await end(chat);
  }

  async #stay() {
    const { chat } = this;
    if (chat.busy || !(await this.#stored())) return;
    this.#stays = chat.visit.chat;
    chat.forgive();
    this.around.toBox();
  }
}

customElements.define('chat-line-card', LineCard);
