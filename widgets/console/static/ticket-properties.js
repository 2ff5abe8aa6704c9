/** The properties of a ticket as a form, with what somebody else changed meanwhile. */

import { day, stamp } from '../shared/days.js';
import { icon, picture } from '../shared/parts.js';
import { shapeOf } from '../shared/vocabulary.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { HistoryWords, whoOf } from './history.js';
import { EDITABLE, NAMES, visible } from './properties.js';
import { isChosen, optionsOf } from './ticket-options.js';
import { TicketPart } from './ticket-part.js';

/** @import { Ticket } from '../shared/types.js' */

/** Placeholders of empty fields. @type {Record<string, string>} */
const EMPTY = {
  client: 'None',
  external_ref: 'None',
  participants: 'Add addresses',
  duplicate_of: 'Ticket number',
  subject: 'None',
};
const SUBJECT_MAX = 200;
const PARTICIPANTS_MAX = 2_000;
const STARS = [1, 2, 3, 4, 5];

class TicketProperties extends TicketPart {
  /** @override */
  get shows() {
    const { ticket, teams, people, form, wrong, message, conflict, saving } = this.work;
    return [ticket, teams, people, form, wrong, message, conflict, saving];
  }

  /** The focus goes to the first field that was refused. */
  async focusFaulty() {
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector('[aria-invalid=true]'))?.focus();
  }

  /** @override */
  render() {
    const { ticket, message, changed, saving } = this.work;
    return html`<div id="conflict" role="alert">${this.#conflict()}</div>
      <form id="form" novalidate @submit=${this.#save}>
        <p class="wrong" id="form-wrong" role="alert" ?hidden=${!message}>${message}</p>
        <div class="kv" id="kv">${ticket ? this.#rows(ticket, changed) : nothing}</div>
        <p class="save" id="save" ?hidden=${!changed.length}><button type="button" class="btn" id="undo" @click=${() => this.work.undo()}>Undo</button><button class="btn primary" id="send" ?disabled=${saving}>Save changes</button></p>
      </form>`;
  }

  /** @param {SubmitEvent} event */
  #save(event) {
    event.preventDefault();
    this.work.save();
  }

  #conflict() {
    const { conflict, words } = this.work;
    if (!conflict) return nothing;
    const said = new HistoryWords(words, (key) => this.work.teamName(key));
    return html`<div class="changed-by"><b>${whoOf(conflict.by)} changed this ticket meanwhile.</b> Check your changes and save again.<ul>${conflict.differences.map(({ field, from, to }) => html`<li><b>${NAMES[field]}: </b>${said.value(field, from)} → ${said.value(field, to)}</li>`)}</ul></div>`;
  }

  /** @param {Ticket} ticket @param {string[]} changed */
  #rows(ticket, changed) {
    const shown = visible(this.work.form, ticket.status);
    return html`${repeat(
      EDITABLE.filter((name) => shown.has(name)),
      (name) => name,
      (name) => this.#property(name, changed.includes(name)),
    )}${this.#fixed(ticket)}`;
  }

  /** @param {string} name @param {boolean} changed */
  #property(name, changed) {
    const wrong = this.work.wrong[name] ?? '';
    const hint = this.#hint(name);
    return html`<label class=${changed ? 'prop changed' : 'prop'} data-field=${name}><span class="name">${NAMES[name]}</span>${isChosen(name) ? this.#choice(name, wrong) : this.#input(name, wrong)}${hint ? html`<span class="hint">${hint}</span>` : nothing}<p class="wrong" id="${name}-wrong" data-wrong=${name} role="alert" ?hidden=${!wrong}>${wrong}</p></label>`;
  }

  /** @param {string} name */
  #hint(name) {
    const { form, words } = this.work;
    if (name === 'resolution' && form.resolution) return words.meaning(form.resolution);
    if (name === 'workaround' && form.status === 'fixed_pending_rca') return 'Required. The customer sees this.';
    return '';
  }

  get #closed() {
    return Boolean(this.work.ticket?.closed_at);
  }

  /** @param {Event} event */
  #typed = ({ target }) => {
    const field = /** @type {HTMLInputElement|HTMLSelectElement|HTMLTextAreaElement} */ (target);
    this.work.set(field.name, field.value);
  };

  /** @param {string} name @param {string} wrong */
  #choice(name, wrong) {
    const look = this.#look(name);
    const value = this.work.form[name];
    return html`<span class=${look ? `pick drawn ${look.of}` : 'pick'}>${look?.drawing ?? nothing}<select class="field" name=${name} ?disabled=${this.#closed} aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${wrong ? `${name}-wrong` : nothing} @input=${this.#typed}>${repeat(
      optionsOf(name, this.work),
      ([key]) => key,
      ([key, shown]) => html`<option value=${key} .selected=${live(key === value)}>${shown}</option>`,
    )}</select>${icon('chevron-down')}</span>`;
  }

  /** Drawing before a choice: the shape of a status, the picture of a person. @param {string} name */
  #look(name) {
    const { form, ticket } = this.work;
    if (name === 'status') {
      const [look, shape] = shapeOf(form.status);
      return { of: `status ${look}`, drawing: icon(ticket?.closed_at ? 'lock' : shape) };
    }
    if (name !== 'assignee' || !form.assignee) return null;
    const person = { id: form.assignee, name: this.work.nameOf(form.assignee) };
    return { of: '', drawing: picture(person, { size: 'sm' }) };
  }

  /** @param {string} name @param {string} wrong */
  #input(name, wrong) {
    const value = this.work.form[name];
    const [invalid, described] = wrong ? ['true', `${name}-wrong`] : [nothing, nothing];
    if (name === 'subject')
      return html`<textarea class="field line" name=${name} rows="1" dir="auto" maxlength=${SUBJECT_MAX} placeholder=${EMPTY[name]} .value=${live(value)} ?disabled=${this.#closed} aria-invalid=${invalid} aria-describedby=${described} @input=${this.#typedLine} @keydown=${this.#entered}></textarea>`;
    if (!(name in EMPTY))
      return html`<textarea class="field" name=${name} rows="3" dir="auto" .value=${live(value)} ?disabled=${this.#closed} aria-invalid=${invalid} aria-describedby=${described} @input=${this.#typed}></textarea>`;
    return html`<input class="field" name=${name} .value=${live(value)} autocomplete="off" dir="auto" maxlength=${name === 'participants' ? PARTICIPANTS_MAX : SUBJECT_MAX} placeholder=${EMPTY[name]} inputmode=${name === 'duplicate_of' ? 'numeric' : nothing} ?disabled=${this.#closed} aria-invalid=${invalid} aria-describedby=${described} @input=${this.#typed}>`;
  }

  /** One line, however many it takes on the screen. @param {InputEvent} event */
  #typedLine = (event) => {
    const field = /** @type {HTMLTextAreaElement} */ (event.target);
    const line = field.value.replace(/\s*\n\s*/gu, ' ');
    if (line !== field.value) field.value = line;
    this.#typed(event);
  };

  /** @param {KeyboardEvent} event */
  #entered = (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    this.one('form', HTMLFormElement).requestSubmit();
  };

  /** Properties that cannot be changed here. @param {Ticket} ticket */
  #fixed(ticket) {
    const {
      closed_at: closed,
      reopen_until: until,
      waiting_since: waiting,
      duplicates,
      duplicate_of: original,
    } = ticket;
    const now = Date.now();
    const row = (/** @type {string} */ name, /** @type {unknown} */ value) =>
      html`<p class="prop"><span class="name">${name}</span>${value}</p>`;
    const text = (/** @type {string} */ name, /** @type {string} */ value) =>
      row(name, html`<span class="fixed num">${value}</span>`);
    const links = (/** @type {string} */ name, /** @type {number[]} */ numbers) =>
      row(
        name,
        html`<span class="fixed links">${numbers.map((it) => html`<a class="link" href="/tickets/${it}">#${it}</a>`)}</span>`,
      );
    return [
      until && !closed && text('Can reopen', `until ${day(until, now)}`),
      closed && text('Closed', `for good, ${stamp(closed, now)}`),
      ...promised(ticket.promise, now).map(([name, value]) => text(name, value)),
      waiting && text('Waiting on us', `since ${stamp(waiting, now)}`),
      duplicates?.length && links('Duplicates', duplicates),
      original && this.work.form.duplicate_of === String(original) && links('Original', [original]),
      ticket.rating && row('Rated', stars(ticket.rating)),
      ticket.follow_up_of &&
        row('Follows', html`<a class="fixed link" href="/tickets/${ticket.follow_up_of}">#${ticket.follow_up_of}</a>`),
    ].map((it) => it || nothing);
  }
}

/**
 * What the waiting clock does if the customer does not answer: a name and a value for each row.
 *
 * @param {import('../shared/types.js').Promised|undefined} promise @param {number} now
 * @returns {[string, string][]}
 */
function promised(promise, now) {
  if (!promise?.auto_solve) return [];
  const reminders = [promise.reminder_1, promise.reminder_2].flatMap((at) => (at ? stamp(at, now) : []));
  const solved = `${stamp(promise.auto_solve, now)}, without an answer`;
  /** @type {[string, string][]} */
  const rows = reminders.length ? [['Reminders', reminders.join(' and ')]] : [];
  return [...rows, ['Auto-solved', solved]];
}

/** @param {number} score */
const stars = (score) =>
  html`<span class="fixed num stars">${STARS.map((at) => html`<span class=${at <= score ? 'on' : ''} aria-hidden="true">${icon('star')}</span>`)}${score} of 5</span>`;

customElements.define('ticket-properties', TicketProperties);
