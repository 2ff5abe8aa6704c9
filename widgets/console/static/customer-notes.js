/**
 * Staff's notes about a customer, and whether mail reaches them, in the customer column of the console.
 *
 * @import { Customer } from '../shared/types.js'
 * @typedef {{id: number, by: string, at: string, text: string, may_remove: boolean}} Note
 * @typedef {{state: string, since: string|null, why: string|null}} Health
 */

import { lazily } from '../shared/client/lazily.js';
import { stamp } from '../shared/days.js';
import { Refused, ask } from '../shared/http.js';
import { icon, moment } from '../shared/parts.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';

const TEXT_MAX = 2_000;

class CustomerNotes extends LitElement {
  /** @override */
  static properties = { who: { attribute: false } };

  /** @type {Note[]|null} */
  #notes = null;
  /** @type {Health|null} */
  #health = null;
  /** Whose notes they are. */
  #id = '';
  #busy = false;
  #wrong = '';
  #said = '';

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  willUpdate() {
    const { id } = /** @type {{who: Customer}} */ (/** @type {unknown} */ (this)).who;
    if (id === this.#id) return;
    this.#id = id;
    this.#notes = this.#health = null;
    void this.#read(id);
  }

  get #path() {
    return `/api/people/${encodeURIComponent(this.#id)}`;
  }

  /** Only a help: the column shows the customer without them. @param {string} id */
  async #read(id) {
    try {
      const [notes, person] = await Promise.all([ask('GET', `${this.#path}/notes`), ask('GET', this.#path)]);
      if (id !== this.#id) return;
      this.#notes = notes.data.notes;
      this.#health = person.data.address_health;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    this.requestUpdate();
  }

  /** @param {string} method @param {string} path @param {object|undefined} body @param {string} said */
  async #change(method, path, body, said) {
    const id = this.#id;
    this.#busy = true;
    this.#wrong = '';
    this.requestUpdate();
    try {
      const { notes } = (await ask(method, path, { body })).data;
      if (id === this.#id) this.#notes = notes;
      this.#said = said;
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
      return false;
    } finally {
      this.#busy = false;
      this.requestUpdate();
    }
  }

  /** @param {SubmitEvent} event */
  async #add(event) {
    event.preventDefault();
    const field = /** @type {HTMLTextAreaElement} */ (this.querySelector('textarea'));
    const text = field.value.trim();
    if (!text || this.#busy) return field.focus();
    if (await this.#change('POST', `${this.#path}/notes`, { text }, 'Note added.')) field.value = '';
    field.focus();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    this.querySelector('form')?.requestSubmit();
  }

  /** @override */
  render() {
    if (!this.#notes) return nothing;
    return html`<section class="about-notes" aria-labelledby="about-notes">${this.#mail()}
      <button type="button" class="btn sm" @click=${this.#timeline}>${icon('list')}Timeline</button>
      <h3 id="about-notes">Notes about them</h3>
      <p class="sr" role="status">${this.#said}</p>
      <ul>${this.#notes.map((note) => this.#note(note))}</ul>
      <form @submit=${this.#add}><textarea class="field" rows="1" maxlength=${TEXT_MAX} dir="auto" aria-label="New note about them, staff only" placeholder="New note, staff only" @keydown=${this.#pressed}></textarea><button class="btn sm" ?disabled=${this.#busy}>Add note</button></form>
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}</section>`;
  }

  async #timeline() {
    const { who } = /** @type {{who: Customer}} */ (/** @type {unknown} */ (this));
    const [{ showTimeline }] = await lazily(() => Promise.all([import('./customer-timeline.js'), dialogStyle()]));
    await showTimeline(who);
  }

  #mail() {
    if (!this.#health || this.#health.state === 'ok') return nothing;
    return html`<p class="health">${icon('circle-alert')}<span>Mail to them comes back.${this.#health.why ? html` <small dir="auto">${this.#health.why}</small>` : nothing}</span></p>`;
  }

  /** @param {Note} note */
  #note({ id, by, at, text, may_remove: removable }) {
    return html`<li><p dir="auto">${text}</p><small class="quiet"><span dir="auto">${by}</span>, ${moment(at, stamp(at, Date.now()))}</small>${removable ? html`<button type="button" class="icon-btn" ?disabled=${this.#busy} aria-label="Remove the note of ${by}" @click=${() => this.#change('DELETE', `${this.#path}/notes/${id}`, undefined, 'Note removed.')}>${icon('trash-2')}</button>` : nothing}</li>`;
  }
}

customElements.define('customer-notes', CustomerNotes);
