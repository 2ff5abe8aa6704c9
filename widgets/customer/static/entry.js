/**
 * The form before the chat: text and files, subject, customer. If nobody is there to chat, it takes a message, which becomes a
 * ticket.
 */

import { listed, productWords, rowsOf } from '../shared/hours.js';
import { icon } from '../shared/parts.js';
import { html, live, nothing } from '../shared/vendor/lit-html.js';
import { locale, t } from '../shared/words.js';
import { UNSURE, topicOf } from './choosing.js';
import { WidgetPart } from './widget-part.js';
import { aheadWords, closedWords, lateWords, nobodyWords } from './sentences.js';

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
    const { asTicket: ticket, choosing } = beginning;
    const standing = choosing.shut ? this.#closed(choosing.closedTeam) : this.#notice();
    const ahead = ticket ? '' : aheadWords(beginning.team);
    // What a choice changes stands below it, so that nothing above moves.
    const below = choosing.asks && choosing.team;
    return html`<form class="entry" novalidate @submit=${this.#send} @keydown=${this.#key} @paste=${this.#pasted} @dragover=${this.#dragged} @drop=${this.#dropped}>
      <div class="pad">
      ${below ? nothing : standing}
      ${this.#text(busy, ticket)}
      ${choosing.asks ? this.#topics(busy) : nothing}
      ${below ? standing : nothing}
      ${this.#product(busy)}
      ${this.#person(busy, ticket)}
      <div class="hints">${this.#after(ticket)}</div>
      </div>
      <div class="send-row">
        ${this.#wrong()}
        <p class="after">${this.chat.provingWords}</p>
        <button class="btn primary full" ?disabled=${busy}>${this.#act(busy, ticket)}</button>
        ${ahead ? html`<p class="after">${ahead}</p>` : nothing}
      </div>
    </form>`;
  }

  /** What it is about, with files. @param {boolean} busy @param {boolean} ticket */
  #text(busy, ticket) {
    const { beginning, limits } = this.chat;
    const takes = limits.count > 0;
    return html`<div><label class="label" for="text">${ticket ? t('Your message') : t('What can we help with?')}</label><div class=${takes ? 'write takes' : 'write'}><textarea class="field" id="text" name="text" rows="4" required dir="auto" aria-invalid=${this.#invalid('text')} ?disabled=${busy} .value=${live(beginning.form.text)} @input=${(/** @type {Event} */ event) => beginning.fill({ text: typedIn(event) })}></textarea>${takes ? html`<button type="button" name="files" class="icon-btn" aria-label=${t('Attach a file')} ?disabled=${busy} @click=${this.#pick}>${icon('paperclip', 'lg')}</button><input type="file" multiple hidden accept=${limits.types.join(',')} @change=${this.#picked}>` : nothing}</div>
      ${this.#wrong('text')}${beginning.files?.tray() ?? nothing}${this.#wrong('files')}</div>`;
  }

  /** What the teams answer for, in customers' words. @param {boolean} busy */
  #topics(busy) {
    const { teams, form } = this.chat.beginning;
    const topic = (/** @type {string} */ key, /** @type {string} */ words) =>
      html`<label><input type="radio" name="team" value=${key} ?disabled=${busy} .checked=${live(form.team === key)} @change=${() => this.chat.beginning.fill({ team: key })}><span dir="auto">${words}</span></label>`;
    return html`<fieldset aria-describedby=${this.#invalid('team') ? 'no-team' : nothing}><legend class="label">${t('What is it about?')}</legend><div class="topics">${teams.map((team) => topic(team.team, topicOf(team, locale)))}${topic(UNSURE, t('I’m not sure'))}</div>${this.#wrong('team')}</fieldset>`;
  }

  /** @param {import('../shared/types.js').Team|undefined} team the next to open, if none is chosen */
  #closed(team) {
    const { zones } = this.chat;
    if (!team) return nothing;
    const rows = team.opens_at ? rowsOf(team.opens_at, zones) : [];
    return html`<div class="closed">
      <h2 class="bigline">${closedWords(team, this.chat.now(), zones)}</h2>
      ${rows.length ? html`<dl class="zones">${rows.map(({ zone, time }) => html`<div><dt>${zone}</dt><dd>${time}</dd></div>`)}</dl>` : nothing}
    </div>`;
  }

  /** Warns before somebody types that the team is open but not reachable in time, and offers to leave a message. */
  #notice() {
    const { team, leaving, mustProve, choosing } = this.chat.beginning;
    if (mustProve)
      return html`<p class="notice calm">${t('{team} only chats with verified customers. Your message becomes a ticket.', { team: team?.name ?? '' })}</p>`;
    const unlikely = choosing.unstaffed ? nobodyWords(team) : lateWords(team, this.chat.now(), this.chat.zones);
    if (!unlikely && !leaving) return nothing;
    return html`<p class=${unlikely ? 'notice' : 'notice calm'}>${unlikely} ${leaving ? t('Your message becomes a ticket.') : t('You can wait in line.')}
      <button type="button" class="textbtn" @click=${this.#swap}>${leaving ? t('Chat instead') : t('Leave a message instead')}</button></p>`;
  }

  /** @param {boolean} busy */
  #product(busy) {
    const { beginning } = this.chat;
    const { products, product } = beginning.choosing;
    if (!products.length) return nothing;
    const option = (/** @type {string} */ value, /** @type {string} */ words) =>
      html`<option value=${value} .selected=${live(value === (product || UNSURE))}>${words}</option>`;
    return html`<label><span class="label">${t('Which product?')} <span class="quiet">${t('(optional)')}</span></span><span class="pick"><select class="field" name="product" ?disabled=${busy} @change=${(/** @type {Event} */ event) => beginning.fill({ product: typedIn(event) })}>${option(UNSURE, t('Not sure, or none of them'))}${products.map((name) => option(name, productWords(name)))}</select>${icon('chevron-down')}</span></label>`;
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
      <p class="why" id="email-why">${this.chat.wrong?.field === 'email' ? nothing : ticket ? t('Without an address, we can answer you only here, in this browser.') : t('So we can reach you if the chat breaks off.')}</p>`;
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
    return html`<label><span class="label">${t('Email')} ${ticket ? nothing : html`<span class="quiet">${t('(optional)')}</span>`}</span><input class="field" name="email" type="email" autocomplete="email" maxlength="254" inputmode="email" aria-invalid=${this.#invalid('email')} aria-describedby=${this.chat.desk.customer.proof ? nothing : 'email-why'} ?disabled=${busy} title=${this.chat.beginning.form.email} .value=${live(this.chat.beginning.form.email)} @input=${this.#addressTyped}></label>
      ${this.#wrong('email')}`;
  }

  /** @param {Event} event */
  #addressTyped(event) {
    const { value, validity } = /** @type {HTMLInputElement} */ (event.target);
    this.chat.beginning.fill({ email: value }, { isAddress: validity.valid });
  }

  /** A refusal, beside its field, or above the button if it has none. @param {import('./types.js').Field} [field] */
  #wrong(field) {
    const { wrong } = this.chat;
    return wrong?.at === 'form' && wrong.field === field
      ? html`<p class="wrong" id=${`no-${field ?? 'form'}`}>${wrong.sentence}</p>`
      : nothing;
  }

  /** @param {import('./types.js').Field} field */
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
    return html`<p class="after privacy">${icon('shield-check')}<span>${ticket ? t('You get a ticket number right away. The team reads your message and keeps it with the ticket.') : t('Colleagues on the team may read along. The conversation is kept as a ticket.')}</span></p>
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
    this.one('[name=team]:checked')?.focus();
  }

  #swap() {
    this.chat.beginning.swap();
    this.one('[name=text]')?.focus();
  }

  #pick() {
    // The limits are told, whatever comes of it.
    this.chat.beginning.attach([]);
    this.one('[type=file]')?.click();
  }

  /** @param {Event} event */
  #picked({ target }) {
    const input = /** @type {HTMLInputElement} */ (target);
    this.#take(input.files);
    input.value = '';
    this.one('[name=files]')?.focus();
  }

  /** @param {ClipboardEvent} event */
  #pasted(event) {
    if (this.#take(event.clipboardData?.files)) event.preventDefault();
  }

  /** @param {DragEvent} event */
  #dragged(event) {
    const { beginning, limits } = this.chat;
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    if (!limits.count) return;
    if (beginning.files) beginning.files.ring(event);
    else beginning.attach([]);
  }

  /** @param {DragEvent} event */
  #dropped(event) {
    if (!event.dataTransfer?.files.length) return;
    // Otherwise the browser would replace the chat with the file.
    event.preventDefault();
    this.#take(event.dataTransfer.files);
  }

  /** @param {FileList|null|undefined} files */
  #take(files) {
    if (!files?.length || !this.chat.limits.count || this.chat.visit.phase !== 'form') return false;
    this.chat.beginning.attach(files);
    return true;
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
