/**
 * Dialog that closes a chat: status, resolution code, and the reason beside each refused field.
 *
 * @import { About } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 */

import { DeskError } from '../shared/client/errors.js';
import { Refused, ask } from '../shared/http.js';
import { icon, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, live, nothing, repeat as each } from '../shared/vendor/lit.js';
import { choices, fieldsOf } from './codes.js';
import { likely } from './code-suggestions.js';
import { enterKeys } from './keyboard.js';
import { Part } from './work-part.js';

const SUBJECT_MAX = 200;
/** Labels of the button, where "Close as" with the status would mislead. @type {Record<string, string>} */
const CLOSE_WORDS = { open: 'Close, keep ticket open', awaiting_reply: 'Close, waiting for customer' };
/** Code suggestions come from this many solved tickets of the team, and are kept for this long. */
const LOOKED_AT = 100;
const HOLDS_MS = 10 * 60_000;
/** The dialog waits this long for the suggestions. */
const PATIENCE_MS = 250;

/** @import { Past } from './code-suggestions.js' */
/** @import { Settings } from './settings.js' */
/** @typedef {{status: string, resolution: string, duplicate_of: string, workaround: string, product: string, subject: string}} Values */

class CloseDialog extends Part {
  /** @type {Vocabulary|null} */
  words = null;
  /** @type {Settings|null} */
  settings = null;
  /** @type {{chat: string, about: About}|null} null while it is closed */
  #of = null;
  /** @type {Values} */
  #values = { status: '', resolution: '', duplicate_of: '', workaround: '', product: '', subject: '' };
  /** The subject when the dialog was opened. */
  #proposed = '';
  #search = '';
  /** The search has been used since a code was chosen. */
  #searches = false;
  /** Faults, by field. @type {Record<string, string>} */
  #wrong = {};
  /** A fault that belongs to no field. */
  #message = '';
  #sending = false;
  /** Recently solved tickets, by team. @type {Map<string, {at: number, tickets: Promise<Past[]>}>} */
  #lately = new Map();
  /** Suggested codes when the dialog was opened: nothing moves under the pointer. @type {string[]} */
  #likely = [];

  get dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** @override A line that was taken back meanwhile is no subject any more. */
  willUpdate() {
    const held = this.#of && this.work.chats.of(this.#of.chat);
    if (held?.first && this.#values.subject === this.#proposed && subjectOf(held) !== this.#proposed)
      this.#values.subject = this.#proposed = subjectOf(held);
  }

  /** @override What is likely is asked for before somebody closes. */
  updated() {
    const team = this.work.about?.team;
    if (team) this.#past(team);
  }

  /** Recently solved tickets of a team. @param {string} team @returns {Promise<Past[]>} */
  #past(team) {
    const now = this.work.now();
    const kept = this.#lately.get(team);
    if (kept && now - kept.at < HOLDS_MS) return kept.tickets;
    const tickets = solved(team);
    this.#lately.set(team, { at: now, tickets });
    return tickets;
  }

  /** Values of the chat on the screen. */
  async open() {
    const { chosen, about, chats } = this.work;
    if (chosen === null || !about || this.dialog.open) return;
    const past = await Promise.race([this.#past(about.team), after(PATIENCE_MS)]);
    if (this.dialog.open) return;
    this.#of = { chat: chosen, about };
    this.#proposed = subjectOf(chats.of(chosen));
    this.#values = {
      status: 'solved',
      resolution: '',
      duplicate_of: '',
      workaround: '',
      product: about.product ?? '',
      subject: this.#proposed,
    };
    this.#search = '';
    this.#searches = false;
    this.#likely = likely(past, this.#values.product);
    this.#refuse({});
    await this.updateComplete;
    this.dialog.showModal();
    this.one('[name=status]:checked', HTMLInputElement).focus();
  }

  /** @param {Record<string, string>} wrong @param {string} [message] shown on top where no field says it */
  #refuse(wrong, message = '') {
    this.#wrong = wrong;
    const beside = Object.keys(wrong).some((name) => this.#has(name));
    this.#message = beside ? '' : ([message, ...Object.values(wrong)].find(Boolean) ?? '');
    this.requestUpdate();
  }

  /** True if the form has the field now. @param {string} name */
  #has(name) {
    const { status, resolution } = this.#values;
    const takesCode = status === 'solved' || status === 'fixed_pending_rca';
    if (name === 'workaround') return status === 'fixed_pending_rca';
    if (name === 'resolution') return takesCode;
    if (name === 'duplicate_of') return takesCode && resolution === 'duplicate';
    return name in this.#values;
  }

  /** @param {Partial<Values>} change */
  #set(change) {
    Object.assign(this.#values, change);
    this.#refuse({});
    const { status, product, resolution } = this.#values;
    const chosen = choices(this.words?.codes ?? [], { status, product, chosen: resolution }).find(
      ({ key }) => key === resolution,
    );
    if (!chosen || chosen.refused) this.#values.resolution = '';
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (!this.#of || this.#sending) return;
    const { fields, wrong } = fieldsOf(this.#values);
    this.#refuse(wrong);
    if (Object.keys(wrong).length) return this.#toWrong();
    this.#sending = true;
    this.requestUpdate();
    try {
      await this.work.commit('chat.close', { ...fields, chat: this.#of.chat });
      this.dialog.close();
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.#refuse(error.fields ?? {}, error.message);
      await this.#toWrong();
    } finally {
      this.#sending = false;
      this.requestUpdate();
    }
  }

  async #toWrong() {
    await this.updateComplete;
    const reason = this.renderRoot.querySelector('.b .wrong');
    const field = reason?.closest('[data-field]')?.querySelector('.field, input:checked');
    if (field instanceof HTMLElement) field.focus();
    reason?.scrollIntoView({ block: 'nearest' });
  }

  #closed() {
    this.#of = null;
    this.requestUpdate();
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    return html`<dialog class="dlg" aria-labelledby="close-title" @close=${this.#closed}>${this.#of ? this.#form(this.#of.about) : nothing}</dialog>`;
  }

  /** @param {About} about */
  #form(about) {
    const { status, workaround, duplicate_of: duplicate, subject } = this.#values;
    return html`<form method="dialog" novalidate @submit=${this.#submit} @keydown=${this.#pressed}>
      <header><h2 id="close-title">Close the chat with ${about.customer.name ?? NAMELESS}</h2><p>This creates a ticket.</p></header>
      <div class="b">
        <div role="alert">${this.#message ? html`<p class="wrong">${this.#message}</p>` : nothing}</div>
        <fieldset data-field="status"><legend class="label">Status</legend><div class="st4">${(this.words?.statuses ?? []).map(({ key, name }) => this.#status(key, name, about))}</div>${about.customer.email ? nothing : html`<p class="quiet" id="no-address">This customer gave no address, so we can’t answer them later.</p>`}${this.#fault('status')}</fieldset>
        ${this.#has('workaround') ? html`<label data-field="workaround"><span class="label">Workaround (required, the customer sees it)</span><textarea class="field" name="workaround" rows="3" dir="auto" aria-invalid=${this.#invalid('workaround')} .value=${live(workaround)} @input=${this.#written}></textarea>${this.#fault('workaround')}</label>` : nothing}
        ${this.#has('resolution') ? this.#codes() : nothing}
        ${this.#has('duplicate_of') ? html`<label data-field="duplicate_of"><span class="label">Number of the original ticket</span><input class="field num" name="duplicate_of" inputmode="numeric" autocomplete="off" aria-invalid=${this.#invalid('duplicate_of')} .value=${live(duplicate)} @input=${this.#written}>${this.#fault('duplicate_of')}</label>` : nothing}
        <div class="sides">
          ${this.#product(about)}
          <label data-field="subject"><span class="label">Subject</span><input class="field" name="subject" maxlength=${SUBJECT_MAX} autocomplete="off" dir="auto" aria-invalid=${this.#invalid('subject')} .value=${live(subject)} @input=${this.#written}>${this.#fault('subject')}</label>
        </div>
      </div>
      <footer><span class="quiet"><kbd class="kbd">Esc</kbd> back to the chat</span><span class="end"><button type="button" class="btn" @click=${() => this.dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${this.#sending}>${CLOSE_WORDS[status] ?? `Close as ${this.words?.status(status)}`} ${enterKeys}</button></span></footer>
    </form>`;
  }

  /** @param {string} key @param {string} name @param {About} about */
  #status(key, name, about) {
    const without = key === 'awaiting_reply' && !about.customer.email;
    return html`<label class=${without ? 'no' : ''}><input type="radio" name="status" value=${key} ?disabled=${without} aria-describedby=${without ? 'no-address' : nothing} .checked=${live(key === this.#values.status)} @change=${() => this.#set({ status: key })}>${statusTag(key, name)}</label>`;
  }

  /** @param {string} name */
  #invalid(name) {
    return this.#wrong[name] ? 'true' : nothing;
  }

  /** The fault of a field, beside it. @param {string} name */
  #fault(name) {
    return this.#wrong[name] ? html`<p class="wrong" role="alert">${this.#wrong[name]}</p>` : nothing;
  }

  /** @param {InputEvent} event */
  #written({ target }) {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
    Object.assign(this.#values, { [target.name]: target.value });
    if (!this.#wrong[target.name]) return;
    const { [target.name]: _mended, ...others } = this.#wrong;
    this.#refuse(others);
  }

  /** @param {About} about */
  #product(about) {
    const own = this.work.chats.teams.get(about.team)?.products ?? [];
    const all = about.product && !own.includes(about.product) ? [about.product, ...own] : own;
    const { product } = this.#values;
    return html`<label data-field="product"><span class="label">Product</span><span class="pick"><select class="field" name="product" @change=${(/** @type {Event} */ event) => this.#set({ product: /** @type {HTMLSelectElement} */ (event.target).value })}>
      ${about.product ? nothing : html`<option value="">No product</option>`}${all.map((name) => html`<option value=${name} ?selected=${name === product}>${name}</option>`)}</select>${icon('chevron-down')}</span>${this.#fault('product')}</label>`;
  }

  #codes() {
    const { status, product, resolution } = this.#values;
    const all = choices(this.words?.codes ?? [], { status, product });
    const shown = choices(this.words?.codes ?? [], {
      status,
      product,
      search: this.#search,
      chosen: resolution,
      likely: this.#likely,
    });
    const figure = (/** @type {string} */ key) =>
      this.settings?.now.singleKeys && this.#likely.includes(key)
        ? html`<kbd class="kbd" aria-hidden="true">${this.#likely.indexOf(key) + 1}</kbd>`
        : nothing;
    return html`<fieldset data-field="resolution"><legend class="label">${status === 'solved' ? 'Resolution (required)' : 'Resolution (optional)'}</legend>
      <div class="codes">${each(
        shown,
        ({ key }) => key,
        (code) => html`<label class=${code.refused ? 'no' : nothing}>
        <input type="radio" name="resolution" value=${code.key} ?disabled=${Boolean(code.refused)} .checked=${live(code.key === resolution)} @change=${() => this.#set({ resolution: code.key })}>
        <b>${code.name}</b><small>${code.refused ?? code.meaning}</small>${code.refused ? nothing : figure(code.key)}</label>`,
      )}
        ${shown.length ? nothing : html`<p class="quiet none">No matching codes. Try another word.</p>`}</div>
      ${this.#fault('resolution')}
      <div class="find">${icon('search')}<input class="field" type="search" aria-label="Search the resolution codes" placeholder=${`Search all ${all.length} codes`} .value=${live(this.#search)} @input=${this.#searched} @keydown=${this.#firstFound}></div>
    </fieldset>`;
  }

  /** Ctrl or ⌘ with Enter closes from every field. @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing)
      return this.#figure(event);
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  }

  /** Keys 1 to 3 choose a suggestion, outside fields. @param {KeyboardEvent} event */
  #figure(event) {
    const { target, code, repeat, ctrlKey, metaKey, altKey, shiftKey } = event;
    const writes = target instanceof HTMLElement && target.matches('textarea, select, input:not([type=radio])');
    if (!this.settings?.now.singleKeys || writes || repeat || ctrlKey || metaKey || altKey || shiftKey) return;
    const key = this.#likely[Number(/^Digit([1-9])$/u.exec(code)?.[1]) - 1];
    const radio = key && this.renderRoot.querySelector(`[name=resolution][value="${key}"]:not(:disabled)`);
    if (!(radio instanceof HTMLInputElement)) return;
    event.preventDefault();
    radio.click();
    radio.focus();
  }

  /** @param {InputEvent} event */
  #searched({ target }) {
    this.#search = /** @type {HTMLInputElement} */ (target).value;
    this.#searches = true;
    this.requestUpdate();
  }

  /** Enter chooses the first match; pressed again, it closes the chat. @param {KeyboardEvent} event */
  #firstFound(event) {
    if (event.key !== 'Enter' || event.isComposing || event.ctrlKey || event.metaKey) return;
    const { status, product, resolution } = this.#values;
    if (resolution && !this.#searches) return;
    event.preventDefault();
    if (event.repeat) return;
    const [first] = choices(this.words?.codes ?? [], { status, product, search: this.#search, likely: this.#likely });
    if (!first || first.refused) return;
    this.#searches = false;
    this.#set({ resolution: first.key });
  }
}

/** The subject that the server would use by default. @param {{about: About|null, firstLine: string}} held */
const subjectOf = ({ about, firstLine }) => (about?.subject ?? firstLine).slice(0, SUBJECT_MAX);

/** Only a help: all codes are there without it. @param {string} team @returns {Promise<Past[]>} */
async function solved(team) {
  try {
    const { data } = await ask(
      'GET',
      `/api/tickets?${new URLSearchParams({ team, status: 'solved', limit: String(LOOKED_AT) })}`,
    );
    return data.tickets.map((/** @type {Past} */ { resolution, product }) => ({ resolution, product }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [];
  }
}

/** Resolves with nothing after a while. @param {number} ms @returns {Promise<Past[]>} */
const after = (ms) =>
  new Promise((done) => {
    setTimeout(() => done([]), ms);
  });

customElements.define('close-dialog', CloseDialog);
