/**
 * Dialog for staff: what happened with a customer, newest first, all of it or one kind.
 *
 * @import { Entry, Kind } from './timeline-words.js'
 * @typedef {{id: string, name: string|null}} Who
 */

import { heading, sameDay } from '../shared/days.js';
import { Refused, ask } from '../shared/http.js';
import { clock } from '../shared/moments.js';
import { icon, moment } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { letterName } from './mail-words.js';
import { oneDialog } from './one-dialog.js';
import { factsOf, nothingOf, placeOf, saidOf } from './timeline-words.js';

/** The icon, and the name of the filter. @type {Record<Kind, [string, string]>} */
const KINDS = {
  chat: ['message-circle', 'Chats'],
  ticket: ['ticket', 'Tickets'],
  reply: ['reply', 'Replies'],
  note: ['lock', 'Notes'],
  mail: ['mail', 'Mails'],
};
class CustomerTimeline extends LitElement {
  /** @type {Who|null} null while it is closed */
  #who = null;
  /** @type {Kind|''} */
  #kind = '';
  /** @type {Entry[]|null} null until they are known */
  #entries = null;
  /** @type {string|null} */
  #next = null;
  #complete = true;
  #wrong = '';
  /** Counts the readings: an answer to an older one is dropped. */
  #reading = 0;

  /** @override */
  createRenderRoot() {
    return this;
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector('dialog'));
  }

  /** @param {Who} who */
  async open(who) {
    this.#who = who;
    this.#kind = '';
    this.requestUpdate();
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
    await this.#read();
  }

  #closed() {
    this.#who = null;
    this.requestUpdate();
  }

  /** @param {Kind|''} kind */
  #choose(kind) {
    this.#kind = kind;
    void this.#read();
  }

  /** @param {string|null} [before] `next` of the page before */
  async #read(before = null) {
    const who = this.#who;
    if (!who) return;
    this.#reading += 1;
    const mine = this.#reading;
    if (before === null) this.#entries = null;
    this.#wrong = '';
    this.requestUpdate();
    const query = new URLSearchParams({ ...(this.#kind && { kind: this.#kind }), ...(before !== null && { before }) });
    try {
      const { data } = await ask('GET', `/api/people/${encodeURIComponent(who.id)}/timeline?${query}`);
      if (mine !== this.#reading) return;
      this.#entries = [...(this.#entries ?? []), ...data.entries];
      this.#next = data.next;
      this.#complete = data.complete;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (mine === this.#reading) this.#wrong = error.message;
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    return html`<dialog class="timeline" aria-labelledby="timeline-title" @close=${this.#closed}>${this.#who ? this.#shown(this.#who) : nothing}</dialog>`;
  }

  /** @param {Who} who */
  #shown({ name }) {
    const kinds = /** @type {Array<[Kind|'', string]>} */ ([
      ['', 'All'],
      ...Object.entries(KINDS).map(([kind, [, many]]) => [kind, many]),
    ]);
    return html`<header><h2 id="timeline-title">Timeline of <span dir="auto">${name ?? NAMELESS}</span></h2>
        <button type="button" class="icon-btn" aria-label="Close" @click=${() => this.dialog.close()}>${icon('x')}</button></header>
      <div class="kinds" role="group" aria-label="Show">${kinds.map(([kind, many]) => html`<button type="button" class="btn sm" aria-pressed=${kind === this.#kind ? 'true' : 'false'} @click=${() => this.#choose(kind)}>${many}</button>`)}</div>
      <div class="entries" tabindex="0" role="region" aria-label="Entries">${this.#list()}
        ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong} <button type="button" class="btn sm" @click=${() => this.#read()}>Try again</button></p>` : nothing}
        ${this.#next && this.#entries ? html`<button type="button" class="btn" @click=${() => this.#read(this.#next)}>Show earlier</button>` : nothing}
        ${this.#entries && !this.#complete && !this.#next ? html`<p class="quiet">These are from the 200 tickets that changed last.</p>` : nothing}</div>`;
  }

  #list() {
    const entries = this.#entries;
    if (!entries) return this.#wrong ? nothing : html`<p class="quiet" role="status">Reading…</p>`;
    if (!entries.length) return html`<p class="quiet" role="status">${nothingOf(this.#kind)}</p>`;
    const now = Date.now();
    return html`<ol>${entries.map(
      (entry, place) =>
        html`${place && sameDay(entry.at, entries[place - 1].at) ? nothing : html`<li class="day"><h3>${heading(entry.at, now)}</h3></li>`}<li>${this.#entry(entry)}</li>`,
    )}</ol>`;
  }

  /** @param {Entry} entry */
  #entry(entry) {
    const { kind, at, text } = entry;
    const [sign, many] = KINDS[kind];
    const said = kind === 'mail' ? `Mail: ${letterName({ kind: text ?? '' })}` : saidOf(entry);
    const place = placeOf(entry);
    const inside = html`${icon(sign)}<span class="sr">${many}: </span><span class="said" dir="auto">${said}</span><span class="quiet num">${moment(at, clock(at))}</span><span class="quiet" dir="auto">${factsOf(entry)}</span>`;
    return place ? html`<a href=${place}>${inside}</a>` : html`<div>${inside}</div>`;
  }
}

customElements.define('customer-timeline', CustomerTimeline);

/** Opens the dialog. @param {Who} who */
export async function showTimeline(who) {
  const dialog = /** @type {CustomerTimeline} */ (await oneDialog('customer-timeline'));
  await dialog.open(who);
}
