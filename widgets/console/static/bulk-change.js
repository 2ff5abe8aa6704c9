/**
 * Dialog that changes all chosen tickets: what to change, what would happen, the progress, and what became of it.
 *
 * @import { BulkWork } from './bulk-work.js'
 * @import { TicketSearch } from './ticket-search.js'
 * @import { Values } from './bulk-fields.js'
 */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { byReason } from './bulk-work.js';
import { AWAKE, NOBODY, changeOf, takesCode } from './bulk-fields.js';
import { fieldName } from './custom-fields.js';
import { confirms } from './confirms.js';
import { PRIORITIES, snoozes } from './triage.js';
import { WorkPart } from './work-part.js';

/** Numbers that are named for one reason. */
const NAMED = 12;
/** @type {Record<string, string>} */
const NAMES = {
  status: 'Status',
  resolution: 'Code',
  duplicate_of: 'Original',
  with: 'With',
  workaround: 'Workaround',
  finding: 'Finding',
  team: 'Team',
  assignee: 'Assignee',
  priority: 'Priority',
  tags: 'Tags',
  snoozed_until: 'Snooze',
};

/** @param {number} count @param {string} [noun] */
export const counted = (count, noun = 'ticket') => `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

/** @extends {WorkPart<TicketSearch>} */
export class BulkChange extends WorkPart {
  /** @type {BulkWork|null} */
  #bulk = null;
  #open = false;
  /** @type {Values} */
  #values = {};
  /** @type {Record<string, string>} */
  #wrong = {};
  /** Values of custom fields. @type {Record<string, unknown>} */
  #custom = {};
  /** The preview is shown. */
  #previewed = false;

  get bulk() {
    return this.#bulk;
  }

  set bulk(bulk) {
    if (bulk === this.#bulk) return;
    this.#bulk = bulk;
    bulk?.addEventListener('change', () => this.requestUpdate());
  }

  get #dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  async open() {
    this.#open = true;
    this.#values = {};
    this.#custom = {};
    this.#wrong = {};
    this.#previewed = false;
    this.requestUpdate();
    await this.updateComplete;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #closed() {
    const { bulk } = this;
    this.#open = false;
    if (bulk?.state === 'running') bulk.stop();
    else if (bulk?.state === 'done' || bulk?.state === 'idle') bulk.finish();
    else if (bulk?.state === 'previewing') bulk.stop();
    this.requestUpdate();
    this.dispatchEvent(new Event('closed'));
  }

  /** @param {Event} event */
  #typed(event) {
    const form = /** @type {HTMLFormElement} */ (/** @type {HTMLElement} */ (event.currentTarget));
    this.#values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    this.requestUpdate();
  }

  /** @param {CustomEvent} event */
  #setCustom({ detail: { key, value } }) {
    const { [key]: _, ...others } = this.#custom;
    this.#custom = value === null ? others : { ...others, [key]: value };
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  async #preview(event) {
    event.preventDefault();
    const { change, wrong } = changeOf(this.#values, this.#custom);
    this.#wrong = wrong;
    this.requestUpdate();
    if (Object.keys(wrong).length || !this.bulk) return;
    await this.bulk.preview(change);
    this.#previewed = !this.bulk.fault && this.#open;
    if (this.bulk.fault) this.#wrong = { change: this.bulk.fault };
    this.requestUpdate();
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector('.primary'))?.focus();
  }

  async #apply() {
    const { bulk } = this;
    await bulk?.apply(bulk.change);
    await this.updateComplete;
    // The button that had the focus is gone.
    /** @type {HTMLElement|null} */ (this.querySelector('dialog[open] .primary'))?.focus();
  }

  /** What a field becomes, in words; empty if the heading says it all. @param {string} name */
  #value(name) {
    const { work } = this;
    const value = String(this.bulk?.change[name] ?? '');
    if (name === 'status') return work.words.status(value);
    if (name === 'resolution' && value) return work.words.code(value);
    if (name === 'team') return work.teamName(value);
    if (name === 'assignee' && value) return work.personName(value);
    return name === 'priority' ? (PRIORITIES[value] ?? '') : '';
  }

  #back() {
    this.#previewed = false;
    this.requestUpdate();
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    return html`<dialog class="sheet bulk" aria-labelledby="bulk-title" @close=${this.#closed}>${this.#open && this.bulk ? this.#content(this.bulk) : nothing}</dialog>`;
  }

  /** @param {BulkWork} bulk */
  #content(bulk) {
    if (bulk.state === 'running' || bulk.state === 'stopped' || bulk.state === 'done') return this.#progress(bulk);
    return this.#previewed ? this.#foreseen(bulk) : this.#form(bulk);
  }

  /** @param {string} name @param {string} label @param {Array<[string, string]>} options @param {string} [first] */
  #choice(name, label, options, first = 'Keep') {
    return html`<label><span class="label">${label}</span><span class="pick"><select class="field" name=${name} aria-invalid=${this.#wrong[name] ? 'true' : nothing}><option value="">${first}</option>${options.map(([value, text]) => html`<option value=${value} ?selected=${this.#values[name] === value}>${text}</option>`)}</select>${icon('chevron-down')}</span>${this.#fault(name)}</label>`;
  }

  /** @param {string} name */
  #fault(name) {
    return this.#wrong[name] ? html`<span class="wrong" role="alert">${this.#wrong[name]}</span>` : nothing;
  }

  /** @param {BulkWork} bulk */
  #form(bulk) {
    const { words, people, me, teams } = this.work;
    const busy = bulk.state === 'previewing';
    const others = people.filter(({ staff }) => staff !== me.id);
    return html`<form @input=${this.#typed} @submit=${this.#preview} @keydown=${confirms}>
      <h2 id="bulk-title">Change ${counted(bulk.chosen.size)}</h2>
      <div class="two">
        ${this.#choice(
          'status',
          'Status',
          words.statuses.map(({ key, name }) => [key, name]),
        )}
        ${takesCode(this.#values.status ?? '') ? this.#code() : html`<span></span>`}
        ${this.#values.status === 'fixed_pending_rca' ? html`<label class="wide"><span class="label">Workaround</span><textarea class="field" name="workaround" rows="2" dir="auto" .value=${this.#values.workaround ?? ''}></textarea>${this.#fault('workaround')}</label>` : nothing}
        ${this.#choice('assignee', 'Assignee', [[me.id, 'You'], [NOBODY, 'Nobody'], ...others.map(({ staff, name }) => /** @type {[string, string]} */ ([staff, name]))])}
        ${this.#choice(
          'team',
          'Team',
          teams.map(({ team, name }) => [team, name]),
        )}
        ${this.#choice('priority', 'Priority', Object.entries(PRIORITIES))}
        ${this.#choice('snoozed_until', 'Snooze', [...snoozes(Date.now()).map(({ value, name }) => /** @type {[string, string]} */ ([value, name])), [AWAKE, 'Back to work now']])}
        ${this.#tags('add_tags', 'Add tags')}
        ${this.#tags('remove_tags', 'Remove tags')}
        <custom-fields class="wide" .values=${this.#custom} .wrong=${this.#wrong} @set=${this.#setCustom}></custom-fields>
      </div>
      <p class="wrong" role="alert" ?hidden=${!this.#wrong.change}>${this.#wrong.change}</p>
      <p class="pair"><button type="button" class="btn" @click=${() => this.#dialog.close()}>Cancel</button><button class="btn primary" ?disabled=${busy}>${busy ? `Checking ${bulk.all - bulk.left.length} of ${bulk.all}` : 'Preview'}</button></p>
    </form>`;
  }

  #code() {
    const { codes } = this.work.words;
    const pending = this.#values.status === 'fixed_pending_rca';
    const found = codes.filter((code) => code.by_hand && (!pending || code.pending_rca));
    const options = found.map(({ key, name }) => /** @type {[string, string]} */ ([key, name]));
    return html`<div>${this.#choice('resolution', 'Resolution code', options, pending ? 'No code' : 'Choose a code')}${this.#values.resolution === 'duplicate' ? html`<label><span class="label">Original ticket</span><input class="field" name="duplicate_of" inputmode="numeric" autocomplete="off" placeholder="Number"></label>${this.#fault('duplicate_of')}` : nothing}</div>`;
  }

  /** @param {string} name @param {string} label */
  #tags(name, label) {
    return html`<label><span class="label">${label}</span><input class="field" name=${name} autocomplete="off" placeholder="Between commas" dir="auto" .value=${this.#values[name] ?? ''}></label>`;
  }

  /** @param {BulkWork} bulk */
  #foreseen(bulk) {
    const { done, unchanged, letters, fields } = bulk.outcome;
    // With whom a ticket is goes with its status, and need not be named.
    const lines = Object.entries(fields)
      .filter(([name]) => name !== 'with')
      .sort((one, other) => other[1] - one[1]);
    return html`<div class="stack">
      <h2 id="bulk-title">${done.length ? `${counted(done.length)} will change` : 'Nothing will change'}</h2>
      ${lines.length ? html`<dl class="facts">${lines.map(([name, count]) => html`<div><dt dir="auto">${NAMES[name] ?? fieldName(name.replace('custom_fields.', ''))}</dt><dd>${[this.#value(name), counted(count)].filter(Boolean).join(': ')}</dd></div>`)}${letters ? html`<div><dt>Emails</dt><dd>to ${counted(letters, 'requester')}</dd></div>` : nothing}</dl>` : nothing}
      ${unchanged.length ? html`<p class="quiet">${counted(unchanged.length)} ${unchanged.length === 1 ? 'is' : 'are'} like this already.</p>` : nothing}
      ${this.#refusals(bulk, 'will not change')}
      <p class="pair"><button type="button" class="btn" @click=${this.#back}>Back</button>${done.length ? html`<button type="button" class="btn primary" @click=${this.#apply}>Change ${counted(done.length)}</button>` : html`<button type="button" class="btn primary" @click=${() => this.#dialog.close()}>Close</button>`}</p>
    </div>`;
  }

  /** @param {BulkWork} bulk @param {string} what */
  #refusals({ outcome: { refused } }, what) {
    if (!refused.length) return nothing;
    return html`<h3>${counted(refused.length)} ${what}</h3><ul class="refusals">${byReason(refused).map(
      ([reason, numbers]) =>
        html`<li><span dir="auto">${reason}</span> <small>${numbers.slice(0, NAMED).map((number) => html`<a href="/tickets/${number}">#${number}</a> `)}${numbers.length > NAMED ? `and ${numbers.length - NAMED} more` : nothing}</small></li>`,
    )}</ul>`;
  }

  /** @param {BulkWork} bulk */
  #progress(bulk) {
    const { state, all, left, outcome, fault } = bulk;
    const at = all - left.length;
    const titles = {
      running: `Changing ${counted(all)}`,
      stopped: `Stopped after ${at.toLocaleString('en-US')} of ${counted(all)}`,
    };
    const title =
      state === 'done' ? `${counted(outcome.done.length)} changed` : titles[/** @type {'running'} */ (state)];
    return html`<div class="stack">
      <h2 id="bulk-title" role="status">${title}</h2>
      ${state === 'done' ? nothing : html`<progress max=${all} value=${at} aria-label="Progress"></progress><p class="quiet">${at.toLocaleString('en-US')} of ${all.toLocaleString('en-US')}. What is changed stays changed.</p>`}
      ${fault ? html`<p class="wrong" role="alert">${fault}</p>` : nothing}
      ${state === 'done' && outcome.letters ? html`<p class="quiet">${counted(outcome.letters, 'requester')} ${outcome.letters === 1 ? 'gets' : 'get'} an email.</p>` : nothing}
      ${this.#refusals(bulk, state === 'done' ? `did not change, and ${outcome.refused.length === 1 ? 'stays' : 'stay'} chosen` : 'did not change')}
      <p class="pair">${this.#next(bulk)}</p>
    </div>`;
  }

  /** @param {BulkWork} bulk */
  #next(bulk) {
    if (bulk.state === 'running')
      return html`<button type="button" class="btn" @click=${() => bulk.stop()}>Stop</button>`;
    if (bulk.state === 'done')
      return html`<button type="button" class="btn primary" @click=${() => this.#dialog.close()}>Close</button>`;
    const leave = () => {
      bulk.finish();
      this.#dialog.close();
    };
    return html`<button type="button" class="btn" @click=${leave}>Leave the rest</button><button type="button" class="btn primary" @click=${() => bulk.resume()}>Continue with ${counted(bulk.left.length)}</button>`;
  }
}

customElements.define('bulk-change', BulkChange);
