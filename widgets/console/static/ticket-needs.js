/**
 * The fields that a reply needs for its status, in the form of the reply: they are asked for as soon as the status is
 * chosen, by a person or a macro, and sent along.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { Refused } from '../shared/http.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { fieldsOfDesk } from './custom-fields.js';
import { dialogStyle } from './dialog-style.js';
import { NAMES } from './properties.js';
import { lacksOf, needsOf } from './reply-needs.js';

/** @type {Record<string, string>} */
const HINTS = {
  workaround: 'The customer sees this.',
  finding: 'What the analysis found, or why there is no finding.',
};

class TicketNeeds {
  /** @type {import('./custom-fields.js').Field[]} */
  #fields = [];
  /** What was filled in here, by field. @type {Record<string, unknown>} */
  #custom = {};

  /** @param {TicketWork} work */
  constructor(work) {
    this.work = work;
    const { also } = work;
    // What was filled in is also saved with the properties.
    work.also = (status) => {
      const along = also(status);
      const custom = this.#filledIn(along);
      return { ...along, ...(Object.keys(custom).length && { custom_fields: custom }) };
    };
    work.lacks = () => (work.ticket?.closed_at ? {} : lacksOf(this.#reply, this.#fields));
    work.addEventListener('sent', () => {
      this.#custom = {};
    });
    fieldsOfDesk().then(
      (fields) => {
        this.#fields = fields;
        work.redraw();
      },
      (error) => {
        // The desk says then what is missing.
        if (!(error instanceof Refused)) throw error;
      },
    );
  }

  /** What was filled in, of the fields that are asked for now. @param {import('./macro-words.js').Along} along */
  #filledIn(along) {
    const { ticket, form, writing } = this.work;
    if (!ticket) return {};
    const { custom } = needsOf({ ticket, form, status: writing.status, along }, this.#fields);
    return Object.fromEntries(Object.entries(this.#custom).filter(([name]) => custom.some(({ key }) => key === name)));
  }

  get #reply() {
    const { ticket, form, writing, also } = this.work;
    if (!ticket) throw new Error('There is no ticket to reply to.');
    return { ticket, form, status: writing.status, along: also(writing.status) };
  }

  draw() {
    const { ticket, wrong } = this.work;
    if (!ticket || ticket.closed_at) return nothing;
    const reply = this.#reply;
    const { texts, custom } = needsOf(reply, this.#fields);
    if (!texts.length && !custom.length) return nothing;
    // Without their styles, the fields are complete too.
    dialogStyle().catch(() => {});
    const only = (/** @type {import('./custom-fields.js').Field} */ { key }) => custom.some((one) => one.key === key);
    return html`<div class="needs" id="reply-needs">${texts.map((name) => this.#text(name))}${
      custom.length
        ? html`<custom-fields of="reply" .only=${only} .team=${null} .values=${reply.along.custom_fields ?? {}} .wrong=${wrong} @set=${this.#set}></custom-fields>`
        : nothing
    }</div>`;
  }

  /** @param {string} name */
  #text(name) {
    const { form, wrong } = this.work;
    const [invalid, described] = wrong[name] ? ['true', `reply-${name}-wrong`] : [nothing, nothing];
    const field =
      name === 'duplicate_of'
        ? html`<input class="field" name=${name} inputmode="numeric" autocomplete="off" placeholder="Ticket number" .value=${live(form[name])} aria-invalid=${invalid} aria-describedby=${described} @input=${this.#typed}>`
        : html`<textarea class="field" name=${name} rows="2" dir="auto" .value=${live(form[name])} aria-invalid=${invalid} aria-describedby=${described} @input=${this.#typed}></textarea>`;
    return html`<label data-needs=${name}><span class="label">${NAMES[name]}${HINTS[name] ? html` <span class="quiet">${HINTS[name]}</span>` : nothing}</span>${field}${wrong[name] ? html`<p class="wrong" id="reply-${name}-wrong" role="alert">${wrong[name]}</p>` : nothing}</label>`;
  }

  /** @param {Event} event */
  #typed = ({ target }) => {
    const { name, value } = /** @type {HTMLInputElement|HTMLTextAreaElement} */ (target);
    this.#filled(name);
    this.work.set(name, value);
  };

  /** @param {CustomEvent<{key: string, value: unknown}>} event */
  #set = ({ detail: { key, value } }) => {
    this.#custom = { ...this.#custom, [key]: value };
    this.#filled(`custom_fields.${key}`);
    this.work.redraw();
  };

  /** @param {string} name */
  #filled(name) {
    const { [name]: _, ...others } = this.work.wrong;
    this.work.wrong = others;
    if (!Object.keys(others).length) this.work.writing.wrong = '';
  }
}

/** @param {TicketWork} work @returns {() => unknown} draws the fields, in the form of the reply */
export function asksForNeeds(work) {
  const needs = new TicketNeeds(work);
  return () => needs.draw();
}
