/**
 * Priority, tags and snooze on the ticket page, below the properties. Each change is saved at once.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { stamp } from '../shared/days.js';
import { element } from '../shared/dom.js';
import { Refused } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { html, live, nothing, render } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';
import { showsCustomFields } from './ticket-custom.js';
import { PRIORITIES, local, snoozes, tagOf } from './triage.js';

const TAG_MAX = 40;
/** The value that opens the field for another time. */
const OTHER = 'other';

class Triage {
  #wrong = '';
  #busy = false;
  /** The reader chooses a time of their own. */
  #choosing = false;
  /** Tags that the reader's teams use. @type {string[]} */
  #used = [];
  #place = element('div', { class: 'triage' });
  #now;

  /** @param {HTMLElement} properties @param {TicketWork} work @param {() => number} now */
  constructor(properties, work, now) {
    this.work = work;
    this.#now = now;
    properties.after(this.#place);
    work.addEventListener('change', () => this.draw());
    this.draw();
  }

  /** @param {Record<string, unknown>} change */
  async #change(change) {
    const { work } = this;
    this.#wrong = '';
    this.#busy = true;
    this.draw();
    try {
      await work.ask('PATCH', work.address, { body: change });
      await work.refresh();
      work.said = 'Saved';
      this.#choosing = false;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = Object.values(error.fields)[0] ?? error.message;
    } finally {
      this.#busy = false;
      this.draw();
    }
  }

  /** The names of the tags are only suggestions, so nothing is said if they do not come. */
  async #suggest() {
    if (this.#used.length) return;
    try {
      this.#used = (await this.work.ask('GET', '/api/tickets/tags')).data.tags;
      this.draw();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** @param {SubmitEvent} event */
  async #add(event) {
    event.preventDefault();
    const field = /** @type {HTMLInputElement} */ (this.#place.querySelector('#tag'));
    const tag = tagOf(field.value);
    if (!tag) return;
    await this.#change({ add_tags: [tag] });
    if (!this.#wrong) field.value = '';
    field.focus();
  }

  /** @param {string} tag */
  async #remove(tag) {
    await this.#change({ remove_tags: [tag] });
    /** @type {HTMLElement|null} */ (this.#place.querySelector('#tag'))?.focus();
  }

  /** @param {string} value */
  async #snooze(value) {
    if (value !== OTHER) return this.#change({ snoozed_until: value || null });
    this.#choosing = true;
    this.draw();
    /** @type {HTMLElement|null} */ (this.#place.querySelector('#snooze-at'))?.focus();
  }

  /** @param {SubmitEvent} event */
  #snoozeAt(event) {
    event.preventDefault();
    const { value } = /** @type {HTMLInputElement} */ (this.#place.querySelector('#snooze-at'));
    if (value) void this.#change({ snoozed_until: new Date(value).toISOString() });
  }

  draw() {
    render(this.work.ticket ? this.#rows(this.work.ticket) : nothing, this.#place);
  }

  /** @param {import('../shared/types.js').Ticket} ticket */
  #rows(ticket) {
    const closed = Boolean(ticket.closed_at);
    return html`<div class="kv" aria-busy=${this.#busy}>
      <label class="prop"><span class="name">Priority</span><span class="pick"><select class="field" ?disabled=${closed} @change=${(/** @type {Event} */ { target }) => this.#change({ priority: /** @type {HTMLSelectElement} */ (target).value })}>${Object.entries(
        PRIORITIES,
      ).map(
        ([key, name]) =>
          html`<option value=${key} .selected=${live(key === (ticket.priority ?? 'normal'))}>${name}</option>`,
      )}</select>${icon('chevron-down')}</span></label>
      <div class="prop" role="group" aria-label="Tags"><span class="name">Tags</span><span class="tags">${(
        ticket.tags ?? []
      ).map(
        (tag) =>
          html`<span class="tag"><a href="/tickets?view=all&tag=${encodeURIComponent(tag)}" dir="auto">${tag}</a>${closed ? nothing : html`<button type="button" aria-label="Remove tag ${tag}" @click=${() => this.#remove(tag)}>${icon('x')}</button>`}</span>`,
      )}${closed ? nothing : this.#field()}</span></div>
      ${ticket.status === 'solved' ? nothing : this.#sleep(ticket)}
    </div><p class="wrong" role="alert" ?hidden=${!this.#wrong}>${this.#wrong}</p>`;
  }

  #field() {
    return html`<form @submit=${this.#add.bind(this)}><input class="field" id="tag" aria-label="Add a tag" placeholder="Add a tag" autocomplete="off" maxlength=${TAG_MAX + 1} list="tags-used" dir="auto" @focus=${this.#suggest.bind(this)}><datalist id="tags-used">${this.#used.map((tag) => html`<option value=${tag}></option>`)}</datalist></form>`;
  }

  /** @param {import('../shared/types.js').Ticket} ticket */
  #sleep({ snoozed_until: until }) {
    const now = this.#now();
    const choices = until ? [{ value: '', name: 'Back to work now' }] : snoozes(now);
    return html`<label class="prop"><span class="name">Snooze</span><span class="pick"><select class="field" @change=${(/** @type {Event} */ { target }) => this.#snooze(/** @type {HTMLSelectElement} */ (target).value)}><option value=${until ?? ''} .selected=${live(!this.#choosing)}>${until ? `until ${stamp(until, now)}` : 'Not snoozed'}</option>${choices.map(({ value, name }) => html`<option value=${value}>${name}</option>`)}<option value=${OTHER} .selected=${live(this.#choosing)}>Another time…</option></select>${icon('chevron-down')}</span></label>
      ${this.#choosing ? html`<form class="prop" @submit=${this.#snoozeAt.bind(this)}><label class="name" for="snooze-at">Until</label><span class="tags"><input class="field" id="snooze-at" type="datetime-local" min=${local(new Date(now))} required><button class="btn sm">Snooze</button></span></form>` : nothing}`;
  }
}

/** @param {HTMLElement} properties @param {TicketWork} work @param {() => number} [now] */
export function sortsTicket(properties, work, now = Date.now) {
  // Without its styles, the part is complete too.
  dialogStyle().catch(() => {});
  const triage = new Triage(properties, work, now);
  showsCustomFields(properties, work);
  return triage;
}
