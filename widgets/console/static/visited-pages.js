/**
 * Dialog for staff: the pages on which the customer was during a chat, newest first.
 *
 * @typedef {{page: string, at: string}} Visit
 */

import { heading, sameDay } from '../shared/days.js';
import { Refused, ask } from '../shared/http.js';
import { clock } from '../shared/moments.js';
import { icon, moment } from '../shared/parts.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { oneDialog } from './one-dialog.js';
import { place } from './web-place.js';

class VisitedPages extends LitElement {
  #chat = '';
  /** @type {Visit[]|null} null until they are known */
  #visits = null;
  #wrong = '';

  /** @override */
  createRenderRoot() {
    return this;
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector('dialog'));
  }

  /** @param {string} chat */
  async open(chat) {
    this.#chat = chat;
    this.#visits = null;
    if (!this.dialog.open) this.dialog.showModal();
    await this.#read();
  }

  async #read() {
    const chat = this.#chat;
    this.#wrong = '';
    this.requestUpdate();
    try {
      const { data } = await ask('GET', `/api/chats/${encodeURIComponent(chat)}/pages`);
      if (chat === this.#chat) this.#visits = data.pages.toReversed();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (chat === this.#chat) this.#wrong = error.message;
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="timeline" aria-labelledby="visited-title">
      <header><h2 id="visited-title">Pages in this chat</h2>
        <button type="button" class="icon-btn" aria-label="Close" @click=${() => this.dialog.close()}>${icon('x')}</button></header>
      <p class="kinds quiet">Newest first. The last 50 pages of the chat are kept.</p>
      <div class="entries" tabindex="0" role="region" aria-label="Pages">${this.#list()}
        ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong} <button type="button" class="btn sm" @click=${() => this.#read()}>Try again</button></p>` : nothing}</div></dialog>`;
  }

  #list() {
    const visits = this.#visits;
    if (!visits) return this.#wrong ? nothing : html`<p class="quiet" role="status">Reading…</p>`;
    if (!visits.length) return html`<p class="quiet" role="status">No pages are known of this chat.</p>`;
    const now = Date.now();
    return html`<ol>${visits.map(
      ({ page, at }, index) =>
        html`${index && sameDay(at, visits[index - 1].at) ? nothing : html`<li class="day"><h3>${heading(at, now)}</h3></li>`}<li><div>${icon('file-text')}<span class="said" dir="auto">${place(page)}</span><span class="quiet num">${moment(at, clock(at))}</span></div></li>`,
    )}</ol>`;
  }
}

customElements.define('visited-pages', VisitedPages);

/** Opens the dialog. @param {string} chat */
export async function showPages(chat) {
  const dialog = /** @type {VisitedPages} */ (await oneDialog('visited-pages'));
  await dialog.open(chat);
}
