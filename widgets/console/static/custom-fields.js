/**
 * The custom fields of tickets as inputs. Loaded when a form is opened.
 *
 * @typedef {string|number|boolean|string[]} Value
 * @typedef {{key: string, labels: Record<string, string>, archived: boolean}} Option
 * @typedef {{key: string, kind: 'text'|'number'|'date'|'yes_no'|'choice'|'choices', labels: Record<string, string>, options: Option[], teams: string[], products: string[], for_customers: boolean, needed_to_submit: boolean, needed_to_solve: boolean, archived: boolean}} Field
 */

import { Refused, ask } from '../shared/http.js';
import { icon } from '../shared/parts.js';
import { LitElement, html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { dialogStyle } from './dialog-style.js';
import { belongs, named, worded } from './field-words.js';

const TEXT_MAX = 500;
const PREFIX = 'custom_fields.';

/** @type {Promise<Field[]>|null} */
let loading = null;
/** The fields, once they are loaded. @type {Field[]} */
let known = [];

/** The fields of the desk. A failed request is made again at the next call. @returns {Promise<Field[]>} */
export function fieldsOfDesk() {
  loading ??= ask('GET', '/api/ticket-fields').then(
    ({ data }) => {
      known = data.fields;
      return known;
    },
    (error) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

/** The name of a field, or its key until the fields are loaded. @param {string} key */
export const fieldName = (key) => known.find((one) => one.key === key)?.labels.en ?? key;

/** The name and the value of a field, like `Cause: Weather`. By its key until the fields are loaded. @param {string} key @param {unknown} value */
export function fieldWords(key, value) {
  fieldsOfDesk().catch(() => {});
  const field = known.find((one) => one.key === key);
  return field ? `${field.labels.en}: ${worded(field, value)}` : `${key}: ${value}`;
}

/** What an input says, as the desk stores it. @param {Field} field @param {HTMLInputElement|HTMLSelectElement} input @returns {Value|null} */
function said(field, input) {
  const text = input.value.trim();
  if (!text) return null;
  if (field.kind === 'number') return Number(text);
  return field.kind === 'yes_no' ? text === 'yes' : text;
}

/**
 * Inputs for the fields that a ticket of `team` and `product` has; without `team`, for all. Fires `set` with the key
 * and the value, null for an empty one.
 */
export class CustomFields extends LitElement {
  /** @override */
  static properties = {
    team: {},
    product: {},
    values: { attribute: false },
    wrong: { attribute: false },
    disabled: { type: Boolean },
    row: { type: Boolean },
    only: { attribute: false },
    of: {},
    fields: { state: true },
  };

  constructor() {
    super();
    /** @type {string|null} */
    this.team = null;
    /** @type {string|null} */
    this.product = null;
    /** @type {Record<string, unknown>} */
    this.values = {};
    /** @type {Record<string, string>} */
    this.wrong = {};
    this.disabled = false;
    /** In rows, as the properties of a ticket. */
    this.row = false;
    /** Which of the fields are shown. @type {(field: Field) => boolean} */
    this.only = () => true;
    /** Begins the ids, for a page that has a field twice. */
    this.of = 'custom';
    /** @type {Field[]} */
    this.fields = [];
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    // Without a connection the fields work, they only look plain.
    dialogStyle().catch(() => {});
    fieldsOfDesk().then(
      (fields) => {
        this.fields = fields;
      },
      (error) => {
        if (!(error instanceof Refused)) throw error;
      },
    );
  }

  get #shown() {
    const { team, product, values } = this;
    return this.fields.filter((field) => {
      if (!this.only(field)) return false;
      const has = values[field.key] !== undefined && values[field.key] !== null;
      return field.archived ? has : has || team === null || belongs(field, team, product);
    });
  }

  /** @param {Field} field @param {Value|null} value */
  #set(field, value) {
    this.dispatchEvent(new CustomEvent('set', { detail: { key: field.key, value } }));
  }

  /** @override */
  render() {
    return repeat(
      this.#shown,
      ({ key }) => key,
      (field) => this.#field(field),
    );
  }

  /** @param {Field} field */
  #field(field) {
    const wrong = this.wrong[PREFIX + field.key] ?? '';
    const name = html`<span class=${this.row ? 'name' : 'label'} dir="auto">${field.labels.en}${field.needed_to_solve ? html` <span class="quiet">(to solve)</span>` : field.needed_to_submit ? html` <span class="quiet">(required)</span>` : nothing}</span>`;
    const fault = wrong
      ? html`<p class="wrong" id="${this.of}-${field.key}-wrong" role="alert">${wrong.replace(`${field.labels.en}: `, '')}</p>`
      : nothing;
    const of = this.row ? 'prop' : '';
    if (field.kind === 'choices')
      return html`<div class=${of} role="group" aria-label=${field.labels.en} data-field=${PREFIX + field.key}>${name}<span class="ticks">${this.#ticks(field)}</span>${fault}</div>`;
    return html`<label class=${of} data-field=${PREFIX + field.key}>${name}${this.#input(field, wrong)}${fault}</label>`;
  }

  /** @param {Field} field */
  #options(field) {
    const value = this.values[field.key];
    return field.options.filter(
      ({ key, archived }) => !archived || key === value || (Array.isArray(value) && value.includes(key)),
    );
  }

  /** @param {Field} field */
  #ticks(field) {
    const value = this.values[field.key];
    const chosen = Array.isArray(value) ? value : [];
    const toggled = (/** @type {string} */ key) =>
      chosen.includes(key) ? chosen.filter((one) => one !== key) : [...chosen, key];
    return this.#options(field).map(
      (option) =>
        html`<label class="tick"><input type="checkbox" ?disabled=${this.disabled} .checked=${live(chosen.includes(option.key))} @change=${() => this.#set(field, toggled(option.key))}><span dir="auto">${named(option)}</span></label>`,
    );
  }

  /** @param {Field} field @param {string} wrong */
  #input(field, wrong) {
    const value = this.values[field.key];
    const invalid = wrong ? 'true' : nothing;
    const described = wrong ? `${this.of}-${field.key}-wrong` : nothing;
    const changed = (/** @type {Event} */ { target }) =>
      this.#set(field, said(field, /** @type {HTMLInputElement|HTMLSelectElement} */ (target)));
    if (field.kind === 'choice' || field.kind === 'yes_no') {
      const now = typeof value === 'boolean' ? (value ? 'yes' : 'no') : (value ?? '');
      /** @type {[string, string][]} */
      const options =
        field.kind === 'yes_no'
          ? [
              ['yes', 'Yes'],
              ['no', 'No'],
            ]
          : this.#options(field).map((option) => [option.key, named(option)]);
      return html`<span class="pick"><select class="field" ?disabled=${this.disabled} aria-invalid=${invalid} aria-describedby=${described} @change=${changed}><option value="" .selected=${live(now === '')}>–</option>${options.map(([key, name]) => html`<option value=${key} .selected=${live(key === now)}>${name}</option>`)}</select>${icon('chevron-down')}</span>`;
    }
    const type = field.kind === 'date' ? 'date' : field.kind === 'number' ? 'number' : 'text';
    return html`<input class="field" type=${type} step=${type === 'number' ? 'any' : nothing} maxlength=${TEXT_MAX} placeholder=${this.row ? '–' : nothing} autocomplete="off" dir="auto" ?disabled=${this.disabled} aria-invalid=${invalid} aria-describedby=${described} .value=${live(String(value ?? ''))} @change=${changed}>`;
  }
}

customElements.define('custom-fields', CustomFields);
