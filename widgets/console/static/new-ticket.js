/**
 * Dialog for staff that opens a ticket for somebody: after a phone call, a training, work on site.
 *
 * @import { Team } from '../shared/types.js'
 * @import { Limits } from '../shared/uploads.js'
 */

import { icon } from '../shared/parts.js';
import { Refused, ask, final } from '../shared/http.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { Attaching, NO_FILES } from './attaching.js';
import './custom-fields.js';
import { confirms } from './confirms.js';
import { newKey, whyNot } from './sending.js';
import { clip, over, taking, tray } from './tray.js';

class NewTicket extends LitElement {
  /** @override */
  static properties = {
    teams: { attribute: false },
    limits: { attribute: false },
    team: { state: true },
    product: { state: true },
    custom: { state: true },
    faults: { state: true },
    wrong: { state: true },
    sending: { state: true },
  };

  /** Idempotency key of the ticket being sent, so that a second try makes no second ticket. @type {string|null} */
  #key = null;
  #uploads = new Attaching({ limits: () => this.limits(), changed: () => this.requestUpdate() });

  constructor() {
    super();
    /** Limits of the desk on files. @type {() => Limits} */
    this.limits = () => NO_FILES;
    /** @type {Team[]} */
    this.teams = [];
    this.team = '';
    this.product = '';
    /** Values of custom fields. @type {Record<string, unknown>} */
    this.custom = {};
    /** @type {Record<string, string>} */
    this.faults = {};
    this.wrong = '';
    this.sending = false;
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  open() {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  /** Files of the description. Another set of files makes it another ticket. */
  get #attached() {
    const uploads = this.#uploads;
    return {
      list: uploads.list,
      fault: uploads.fault,
      add: (/** @type {Iterable<File>} */ files) => {
        this.#key = null;
        return uploads.add(files);
      },
      retry: (/** @type {number} */ key) => uploads.retry(key),
      unseen: (/** @type {number} */ key) => uploads.unseen(key),
      remove: (/** @type {number} */ key) => {
        this.#key = null;
        uploads.remove(key);
      },
    };
  }

  /** @param {SubmitEvent} event */
  async #send(event) {
    event.preventDefault();
    const said = Object.fromEntries(
      [...new FormData(/** @type {HTMLFormElement} */ (event.target))].map(([name, value]) => [
        name,
        String(value).trim(),
      ]),
    );
    this.faults = {};
    this.wrong = '';
    if (!said.text) {
      this.#refuse({ text: 'Enter a description.' });
      return;
    }
    if (this.#uploads.busy) {
      this.#refuse({}, 'A file is still uploading. Create the ticket when it’s there.');
      return;
    }
    this.sending = true;
    this.#key ??= newKey();
    const requester = Object.fromEntries(
      Object.entries({ name: said.name, email: said.email }).filter(([, value]) => value),
    );
    const body = {
      team: said.team,
      text: said.text,
      ...(this.#uploads.files.length && { files: this.#uploads.files.map(({ id }) => id) }),
      ...Object.fromEntries(
        Object.entries({ product: said.product, subject: said.subject }).filter(([, value]) => value),
      ),
      ...(Object.keys(requester).length ? { requester } : {}),
      ...(Object.keys(this.custom).length ? { custom_fields: this.custom } : {}),
    };
    try {
      const { data } = await ask('POST', '/api/tickets', { body, headers: { 'Idempotency-Key': this.#key } });
      location.assign(`/tickets/${data.number}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.sending = false;
      if (final(error.status)) this.#key = null;
      this.#refuse(error.fields, whyNot(error));
    }
  }

  /** @param {CustomEvent} event */
  #setCustom({ detail: { key, value } }) {
    this.#key = null;
    this.custom = Object.fromEntries(
      Object.entries({ ...this.custom, [key]: value }).filter(([, one]) => one !== null),
    );
  }

  /** @param {Record<string, string>} fields @param {string} [message] */
  async #refuse(fields, message = '') {
    this.faults = Object.fromEntries(
      Object.entries(fields).map(([name, sentence]) => [name.replace(/^requester\.?/u, '') || 'email', sentence]),
    );
    this.wrong = Object.keys(this.faults).some((name) =>
      /^(team|product|subject|text|name|email|custom_fields\..*)$/u.test(name),
    )
      ? ''
      : message;
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.renderRoot.querySelector('[aria-invalid=true]'))?.focus();
  }

  /** @override */
  render() {
    const team = this.teams.find((one) => one.team === this.team) ?? this.teams[0];
    const fault = (/** @type {string} */ name) =>
      this.faults[name] ? html`<span class="wrong" id="new-${name}-wrong">${this.faults[name]}</span>` : nothing;
    const invalid = (/** @type {string} */ name) => (this.faults[name] ? 'true' : nothing);
    const attached = this.#attached;
    const described = (/** @type {string} */ name) => (this.faults[name] ? `new-${name}-wrong` : nothing);
    return html`<dialog class="sheet" aria-labelledby="new-title">
      <form novalidate @submit=${this.#send} @keydown=${confirms} @dragover=${over} @drop=${taking(attached)} @paste=${taking(attached)} @input=${() => {
        this.#key = null;
      }}>
        <h2 id="new-title">New ticket</h2>
        ${this.wrong ? html`<p class="wrong" role="alert">${this.wrong}</p>` : nothing}
        <div class="two">
          <label><span class="label">Team</span><span class="pick"><select class="field" name="team" @change=${(
            /** @type {Event} */ event,
          ) => {
            this.team = /** @type {HTMLSelectElement} */ (event.target).value;
          }}>${this.teams.map((one) => html`<option value=${one.team} ?selected=${one === team}>${one.name}</option>`)}</select>${icon('chevron-down')}</span>${fault('team')}</label>
          <label><span class="label">Product</span><span class="pick"><select class="field" name="product" @change=${(
            /** @type {Event} */ event,
          ) => {
            this.product = /** @type {HTMLSelectElement} */ (event.target).value;
          }}><option value="">No product</option>${(team?.products ?? []).map((name) => html`<option>${name}</option>`)}</select>${icon('chevron-down')}</span>${fault('product')}</label>
        </div>
        <div class="two">
          <label><span class="label">Requester</span><input class="field" name="name" maxlength="200" autofocus autocomplete="off" dir="auto" aria-invalid=${invalid('name')} aria-describedby=${described('name')}>${fault('name')}</label>
          <label><span class="label">Requester’s email</span><input class="field" name="email" type="email" maxlength="254" autocomplete="off" aria-invalid=${invalid('email')} aria-describedby=${described('email')}>${fault('email')}</label>
        </div>
        <label><span class="label">Subject <span class="quiet">(optional)</span></span><input class="field" name="subject" maxlength="200" autocomplete="off" dir="auto" aria-invalid=${invalid('subject')} aria-describedby=${described('subject')}>${fault('subject')}</label>
        <label><span class="label">Description</span><textarea class="field" name="text" rows="5" maxlength="8000" dir="auto" aria-invalid=${invalid('text')} aria-describedby=${described('text')}></textarea>${fault('text')}</label>
        <custom-fields .team=${team?.team ?? ''} .product=${this.product || null} .values=${this.custom} .wrong=${this.faults} @set=${this.#setCustom}></custom-fields>
        ${tray(attached)}
        <p class="pair">${this.limits().count ? clip(attached, this.limits()) : nothing}<button type="button" class="btn" @click=${() => this.renderRoot.querySelector('dialog')?.close()}>Cancel</button><button class="btn primary" ?disabled=${this.sending}>Create ticket</button></p>
      </form>
    </dialog>`;
  }
}

customElements.define('new-ticket', NewTicket);
