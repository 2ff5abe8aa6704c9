/**
 * The form before the chat: team, subject, customer. If nobody is there to chat, it takes a message, which becomes a
 * ticket.
 */

import { listed, rowsOf } from '../shared/hours.js';
import { icon } from '../shared/parts.js';
import { html, live, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { WidgetPart } from './widget-part.js';
import { aheadWords, closedWords, lateWords } from './sentences.js';

/** @param {Event} event */
const typedIn = ({ target }) => /** @type {HTMLInputElement} */ (target).value;

export class Entry extends WidgetPart {
  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    chat.on('refused', async (field) => {
      await this.updateComplete;
      this.one(`[name=${field}]`)?.focus();
      this.one('.wrong')?.scrollIntoView({ block: 'nearest' });
    });
  }

  /** @override */
  get first() {
    return this.one('[name=text]');
  }

  /** @override */
  render() {
    const { chat } = this;
    const busy = chat.visit.phase !== 'form';
    const { beginning } = chat;
    const { asTicket: ticket, team } = beginning;
    return html`<form class="pad" novalidate @submit=${this.#send} @keydown=${this.#key}>
      ${team?.open === false ? this.#closed(team) : this.#notice()}
      ${this.#choices(busy)}
      <label><span class="label">${ticket ? t('Your message') : t('What can we help with?')}</span><textarea class="field" name="text" rows="4" required dir="auto" aria-invalid=${this.#invalid('text')} ?disabled=${busy} .value=${live(beginning.form.text)} @input=${(/** @type {Event} */ event) => beginning.fill({ text: typedIn(event) })}></textarea></label>
      ${this.#wrong('text')}
      ${this.#person(busy, ticket)}
      <div class="go">
        ${this.#wrong()}
        <p class="after">${this.chat.provingWords}</p>
      </div>
      <button class="btn primary full" ?disabled=${busy}>${this.#act(busy, ticket)}</button>
      <div class="hints">${this.#after(ticket)}</div>
    </form>`;
  }

  /** @param {import('../shared/types.js').Team} team */
  #closed(team) {
    const { zones } = this.chat;
    const rows = team.opens_at ? rowsOf(team.opens_at, zones) : [];
    return html`<div class="closed">
      <h2 class="bigline">${closedWords(team, this.chat.now(), zones)}</h2>
      ${rows.length ? html`<dl class="zones">${rows.map(({ zone, time }) => html`<div><dt>${zone}</dt><dd>${time}</dd></div>`)}</dl>` : nothing}
    </div>`;
  }

  /** Warns before somebody types that the team is open but not reachable in time, and offers to leave a message. */
  #notice() {
    const { team, leaving, mustProve } = this.chat.beginning;
    if (mustProve)
      return html`<p class="notice calm">${t('{team} only chats with verified customers. Your message becomes a ticket.', { team: team?.name ?? '' })}</p>`;
    const unlikely =
      team?.staffed === false
        ? t('Nobody at {team} is available right now.', { team: team.name })
        : lateWords(team, this.chat.now(), this.chat.zones);
    if (!unlikely && !leaving) return nothing;
    return html`<p class=${unlikely ? 'notice' : 'notice calm'}>${unlikely} ${leaving ? t('Your message becomes a ticket.') : t('You can wait in line.')}
      <button type="button" class="textbtn" @click=${this.#swap}>${leaving ? t('Chat instead') : t('Leave a message instead')}</button></p>`;
  }

  /** @param {boolean} busy */
  #choices(busy) {
    const { beginning } = this.chat;
    const { teams, team, product, form } = beginning;
    const products = team?.products ?? [];
    const pick = (
      /** @type {string} */ label,
      /** @type {'team'|'product'} */ name,
      /** @type {Array<[string, string]>} */ options,
      /** @type {string} */ chosen,
    ) =>
      html`<label><span class="label">${label}</span><span class="pick"><select class="field" name=${name} ?disabled=${busy} @change=${(/** @type {Event} */ event) => beginning.fill(name === 'team' ? { team: typedIn(event) } : { product: typedIn(event) })}>${options.map(([value, shown]) => html`<option value=${value} .selected=${live(value === chosen)}>${shown}</option>`)}</select>${icon('chevron-down')}</span></label>`;
    if (teams.length < 2 && !products.length) return nothing;
    return html`<div class="side">
      ${
        teams.length > 1
          ? pick(
              t('Team'),
              'team',
              teams.map((one) => [one.team, one.name]),
              team?.team ?? form.team,
            )
          : nothing
      }
      ${
        products.length
          ? pick(
              t('Product'),
              'product',
              products.map((name) => [name, name === 'Other' ? t('Other') : name]),
              product,
            )
          : nothing
      }
    </div>`;
  }

  /** The customer, as the page around proves it, or as they say themselves. @param {boolean} busy @param {boolean} ticket */
  #person(busy, ticket) {
    const {
      beginning: { form },
      desk,
    } = this.chat;
    if (desk.customer.proof) return this.#proven(desk.customer.proof, busy, ticket);
    return html`<label><span class="label">${t('Name')} <span class="quiet">${t('(optional)')}</span></span><input class="field" name="name" autocomplete="name" maxlength="200" dir="auto" ?disabled=${busy} .value=${live(form.name)} @input=${(/** @type {Event} */ event) => this.chat.beginning.fill({ name: typedIn(event) })}></label>
      ${this.#address(busy, ticket)}
      <p class="why" id="email-why">${this.chat.wrong?.field === 'email' ? nothing : ticket ? t('Without an address, we can read this but not answer it.') : t('So we can reach you if the chat breaks off.')}</p>`;
  }

  /** @param {import('../shared/client/identity.js').Proof} proof @param {boolean} busy @param {boolean} ticket */
  #proven({ name, email }, busy, ticket) {
    const { site } = this.chat.host;
    const who = name ?? email;
    const words = who
      ? site
        ? t('You’re {name}, confirmed by {site}', { name: who, site })
        : t('You’re {name}, confirmed', { name: who })
      : site
        ? t('Your identity is confirmed by {site}', { site })
        : t('Your identity is confirmed');
    return html`${email ? nothing : this.#address(busy, ticket)}<p class="you">${icon('badge-check')}<span dir="auto">${words}</span></p>`;
  }

  /** @param {boolean} busy @param {boolean} ticket */
  #address(busy, ticket) {
    return html`<label><span class="label">${t('Email')} ${ticket ? nothing : html`<span class="quiet">${t('(optional)')}</span>`}</span><input class="field" name="email" type="email" autocomplete="email" maxlength="254" inputmode="email" aria-invalid=${this.#invalid('email')} aria-describedby=${this.chat.desk.customer.proof ? nothing : 'email-why'} ?disabled=${busy} .value=${live(this.chat.beginning.form.email)} @input=${this.#addressTyped}></label>
      ${this.#wrong('email')}`;
  }

  /** @param {Event} event */
  #addressTyped(event) {
    const { value, validity } = /** @type {HTMLInputElement} */ (event.target);
    this.chat.beginning.fill({ email: value }, { isAddress: validity.valid });
  }

  /** A refusal, beside its field, or above the button if it has none. @param {'text'|'email'} [field] */
  #wrong(field) {
    const { wrong } = this.chat;
    return wrong?.at === 'form' && wrong.field === field ? html`<p class="wrong">${wrong.sentence}</p>` : nothing;
  }

  /** @param {'text'|'email'} field */
  #invalid(field) {
    return this.chat.wrong?.field === field ? 'true' : nothing;
  }

  /** @param {boolean} busy @param {boolean} ticket */
  #act(busy, ticket) {
    if (busy) return this.chat.visit.phase === 'sending' ? t('Sending') : t('Starting');
    if (!ticket) return t('Start the chat');
    const { warned, hasAddress } = this.chat.beginning;
    return warned && !hasAddress ? t('Send without an address') : t('Send the message');
  }

  /** Hints before the first message. @param {boolean} ticket */
  #after(ticket) {
    const ahead = ticket ? '' : aheadWords(this.chat.beginning.team);
    return html`${ahead ? html`<p class="after">${ahead}</p>` : nothing}
      <p class="after privacy">${icon('shield-check')}<span>${ticket ? t('You get a ticket number right away. The team reads your message and keeps it with the ticket.') : t('Colleagues on the team may read along. The conversation is kept as a ticket.')}</span></p>
      ${this.#elsewhere()}`;
  }

  /** Teams that are open while the chosen one is closed. */
  #elsewhere() {
    const { team, teams } = this.chat.beginning;
    const others = team?.open === false ? teams.filter((one) => one.open) : [];
    if (!others.length) return nothing;
    const names = listed(others.map(({ name }) => name));
    return html`<p class="after"><button type="button" class="textbtn" @click=${() => this.#goTo(others[0].team)}>${others.length > 1 ? t('{teams} are open now', { teams: names }) : t('{team} is open now', { team: names })}</button></p>`;
  }

  /** @param {string} team */
  #goTo(team) {
    this.chat.beginning.fill({ team });
    this.one('[name=team]')?.focus();
  }

  #swap() {
    this.chat.beginning.swap();
    this.one('[name=text]')?.focus();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    this.querySelector('form')?.requestSubmit();
  }

  /** @param {SubmitEvent} event */
  #send(event) {
    event.preventDefault();
    const email = /** @type {HTMLInputElement|null} */ (this.one('[name=email]'));
    this.chat.beginning.submit({ isAddress: email?.validity.valid ?? true });
  }
}

customElements.define('chat-entry', Entry);
