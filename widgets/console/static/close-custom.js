/**
 * Custom fields in the sheet that closes a chat.
 *
 * @import { CloseForm } from './close-form.js'
 * @import { Field } from './custom-fields.js'
 */

import { Refused } from '../shared/http.js';
import { html } from '../shared/vendor/lit.js';
import { fieldsOfDesk } from './custom-fields.js';
import { lacksOf } from './reply-needs.js';

export class CloseCustom {
  /** @type {Field[]} */
  #fields = [];
  /** What was set here. */
  #values;
  /** Set by the macro. */
  #front;
  #changed;

  /** @param {Record<string, unknown>} values of a macro @param {() => void} changed */
  constructor(values, changed) {
    this.#values = { ...values };
    this.#front = Object.keys(values);
    this.#changed = changed;
    fieldsOfDesk().then(
      (fields) => {
        this.#fields = fields;
      },
      (error) => {
        // The desk says then what is missing.
        if (!(error instanceof Refused)) throw error;
      },
    );
  }

  /** The values, if any was set here. @returns {import('./close-target.js').Fields} */
  get filled() {
    return Object.keys(this.#values).length ? { custom_fields: this.#values } : {};
  }

  /** A sentence for each empty field that the status needs. @param {Pick<CloseForm, 'values'>} form @param {Record<string, unknown>|null} stored values of the ticket; null if they are not known: then the desk says what is missing @returns {Record<string, string>} */
  lacks({ values }, stored) {
    if (!stored) return {};
    const ticket = { status: '', product: values.product || null, team: values.team ?? '', custom_fields: stored };
    const along = { custom_fields: this.#values };
    const found = lacksOf({ ticket, form: { ...values }, status: values.status, along }, this.#fields);
    return Object.fromEntries(Object.entries(found).filter(([name]) => name.startsWith('custom_fields.')));
  }

  /** The fields: in front those that are needed, refused or set by a macro, so that they take no room from the codes. @param {CloseForm} form @param {boolean} front */
  draw({ values, wrong }, front) {
    const only = (/** @type {Field} */ { key, needed_to_solve: needed }) =>
      front === Boolean(needed || wrong[`custom_fields.${key}`] || this.#front.includes(key));
    const set = (/** @type {CustomEvent} */ { detail: { key, value } }) => {
      this.#values = { ...this.#values, [key]: value };
      delete wrong[`custom_fields.${key}`];
      this.#changed();
    };
    return html`<custom-fields class=${front ? 'more' : 'wide'} .only=${only} .team=${values.team ?? ''} .product=${values.product || null} .values=${this.#values} .wrong=${wrong} @set=${set}></custom-fields>`;
  }
}
