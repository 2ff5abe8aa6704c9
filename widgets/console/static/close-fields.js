/**
 * The fields of the close sheet besides the code.
 *
 * @import { Colleague, Team, Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { AgentWork } from './agent-work.js'
 * @import { CloseForm } from './close-form.js'
 * @import { Target } from './close-target.js'
 * @import { Originals } from './originals.js'
 * @typedef {{teams: Team[], staff: Colleague[]}} Choices
 * @typedef {(change: object) => void} Set
 */

import { icon, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { ALT, enterKeys } from './keyboard.js';
import { PRIORITIES } from './triage.js';

const SUBJECT_MAX = 200;
const NOTE_MAX = 8_000;
const TAGS_MAX = 400;

/** @param {CloseForm} form @param {string} name */
const fault = (form, name) =>
  form.wrong[name] ? html`<p class="wrong" role="alert">${form.wrong[name]}</p>` : nothing;
/** @param {CloseForm} form @param {string} name */
const invalid = (form, name) => (form.wrong[name] ? 'true' : nothing);
/** @param {Set} set @returns {(event: Event) => void} */
const written =
  (set) =>
  ({ target }) => {
    const field = /** @type {HTMLInputElement} */ (target);
    set({ [field.name]: field.value });
  };

/** @param {CloseForm} form @param {Vocabulary|null} words @param {Set} set */
export function status(form, words, set) {
  return html`<fieldset data-field="status"><legend class="lab2"><span>Status</span><span aria-hidden="true"><kbd class="kbd">${ALT}</kbd> <kbd class="kbd">1–4</kbd></span></legend>
    <div class="st4">${(words?.statuses ?? []).map(({ key, name }) => {
      const no = form.refuses(key);
      return html`<label class=${no ? 'no' : ''} title=${key === 'awaiting_reply' ? 'Customers read “Awaiting your reply”' : nothing}><input type="radio" name="status" value=${key} ?disabled=${no} aria-describedby=${no ? 'no-address' : nothing} .checked=${live(key === form.values.status)} @change=${() => set({ status: key })}>${statusTag(key, name)}</label>`;
    })}</div>
    ${form.reachable ? nothing : html`<p class="quiet" id="no-address">There is no address to answer to, so the ticket can’t wait for the customer. Left open, they can answer in this browser.</p>`}${fault(form, 'status')}</fieldset>`;
}

/** @param {CloseForm} form @param {Set} set */
export function workaround(form, set) {
  return html`<label class="more" data-field="workaround"><span class="label">Workaround (required, the customer sees it)</span><textarea class="field" name="workaround" rows="3" dir="auto" aria-invalid=${invalid(form, 'workaround')} .value=${live(form.values.workaround)} @input=${written(set)}></textarea>${fault(form, 'workaround')}</label>`;
}

/** @param {CloseForm} form @param {Originals} originals @param {Vocabulary|null} words @param {(next: string) => void} moved the field is gone; `next`: what gets the focus */
export function duplicate(form, originals, words, moved) {
  const { chosen, found, marked, query, none, wrong } = originals;
  const named = (/** @type {Ticket} */ { number, subject, requester, status: key }) =>
    html`<span class="two"><b class="cut" dir="auto">#${number} ${subject ?? 'No subject'}</b><small class="cut" dir="auto">${requester?.name ?? requester?.email ?? NAMELESS}, ${words?.status(key) ?? key}</small></span>`;
  const change = () => {
    originals.change();
    moved('#original-search');
  };
  /** @param {Ticket} [ticket] */
  const take = (ticket) => {
    originals.take(ticket);
    form.set({ duplicate_of: '' });
    moved('.end .primary');
  };
  if (chosen)
    return html`<div class="more original" data-field="duplicate_of"><span class="label" id="original">Duplicate of</span><p class="chosen">${named(chosen)}<button type="button" class="textbtn" aria-describedby="original" @click=${change}>Change</button></p>${fault(form, 'duplicate_of')}</div>`;
  /** @param {Event} event */
  const typed = ({ target }) => {
    form.set({ duplicate_of: '' });
    originals.seek(/** @type {HTMLInputElement} */ (target).value);
  };
  /** @param {KeyboardEvent} event */
  const pressed = (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowDown') originals.move(1);
    else if (event.key === 'ArrowUp') originals.move(-1);
    else if (event.key === 'Enter' && originals.looking) originals.whenFound(() => take());
    else if (event.key === 'Enter' && found.length) take();
    else return;
    event.preventDefault();
  };
  return html`<div class="more original" data-field="duplicate_of"><label class="label" for="original-search">Original ticket</label>
    <input class="field" id="original-search" type="text" role="combobox" aria-expanded=${found.length > 0} aria-controls="originals" aria-autocomplete="list" aria-activedescendant=${found.length ? `original-${found[marked]?.number}` : nothing} aria-invalid=${invalid(form, 'duplicate_of')} autocomplete="off" placeholder="Number or words" .value=${live(query)} @input=${typed} @keydown=${pressed}>
    <ul id="originals" role="listbox" aria-label="Tickets" ?hidden=${!found.length}>${repeat(
      found,
      ({ number }) => number,
      (ticket, at) =>
        html`<li role="option" id="original-${ticket.number}" aria-selected=${at === marked} @click=${() => take(ticket)}>${named(ticket)}</li>`,
    )}</ul>
    ${none && query.trim() ? html`<p class="quiet">No tickets found for “${query.trim()}”.</p>` : nothing}${wrong ? html`<p class="wrong">${wrong}</p>` : nothing}${fault(form, 'duplicate_of')}</div>`;
}

/**
 * Subject, product, team, priority, tags and assignee, closed at first.
 * @param {CloseForm} form @param {{of: Target, work: AgentWork, choices: Choices|null, open: boolean, toggle: (open: boolean) => void, set: Set, more: unknown}} at `more`: further fields
 */
export function details(form, { of, work, choices, open, toggle, set, more }) {
  const { values } = form;
  const teams = choices?.teams ?? [...work.chats.teams.values()];
  const team = teams.find((one) => one.team === values.team);
  const own = team?.products ?? [];
  const products = values.product && !own.includes(values.product) ? [values.product, ...own] : own;
  const people = (choices?.staff ?? []).filter((one) => one.teams.includes(values.team ?? ''));
  const keeper = of.keeper(values.team ?? '') ?? 'Nobody yet';
  const others = people.filter(({ staff }) => staff !== work.me.id || !work.chats.of(of.chat).held);
  const named = [team?.name ?? work.teamName(values.team ?? ''), values.product, values.subject].filter(Boolean);
  return html`<details class="more" ?open=${open} @toggle=${(/** @type {Event} */ { target }) => toggle(/** @type {HTMLDetailsElement} */ (target).open)}><summary><span class="cut" dir="auto">${named.join(' · ') || 'Subject, product, team'}</span></summary><div class="grid">
    <label data-field="subject"><span class="label">Subject</span><input class="field" name="subject" maxlength=${SUBJECT_MAX} autocomplete="off" dir="auto" aria-invalid=${invalid(form, 'subject')} .value=${live(values.subject)} @input=${written(set)}>${fault(form, 'subject')}</label>
    ${pick(form, 'product', 'Product', [...(of.values.product ? [] : [/** @type {[string, string]} */ (['', 'No product'])]), ...products.map((name) => /** @type {[string, string]} */ ([name, name]))], set)}
    ${pick(form, 'team', 'Team', [...(team ? [] : [/** @type {[string, string]} */ ([values.team ?? '', work.teamName(values.team ?? '')])]), ...teams.map((one) => /** @type {[string, string]} */ ([one.team, one.name]))], (change) => set({ ...change, assignee: '' }))}
    ${pick(form, 'priority', 'Priority', [['', of.kind === 'chat' ? 'Not set' : 'As it is'], ...Object.entries(PRIORITIES)], set)}
    <label data-field="add_tags"><span class="label">Add tags</span><input class="field" name="add_tags" maxlength=${TAGS_MAX} autocomplete="off" autocapitalize="none" placeholder="Tags, with spaces between" aria-invalid=${invalid(form, 'add_tags')} .value=${live(form.values.add_tags ?? '')} @input=${written(set)}>${fault(form, 'add_tags')}</label>
    ${pick(form, 'assignee', 'Assignee', [['', keeper], ...others.map((one) => /** @type {[string, string]} */ ([one.staff, one.name]))], set)}
    ${more}
  </div></details>`;
}

/** @param {CloseForm} form @param {'product'|'team'|'assignee'|'priority'} name @param {string} label @param {Array<[string, string]>} options @param {Set} set */
function pick(form, name, label, options, set) {
  return html`<label data-field=${name}><span class="label">${label}</span><span class="pick"><select class="field" name=${name} aria-invalid=${invalid(form, name)} @change=${written(set)}>${options.map(([value, shown]) => html`<option value=${value} ?selected=${value === form.values[name]}>${shown}</option>`)}</select>${icon('chevron-down')}</span>${fault(form, name)}</label>`;
}

/** @param {CloseForm} form @param {{label: string, anyway: boolean, wrote: boolean, sending: boolean, back: () => void, set: Set}} at */
export function footer(form, { label, anyway, wrote, sending, back, set }) {
  return html`<footer><div data-field="note"><input class="field" name="note" maxlength=${NOTE_MAX} autocomplete="off" dir="auto" aria-label="Note for the ticket, staff only (optional)" placeholder="Note for the ticket, staff only (optional)" aria-invalid=${invalid(form, 'note')} .value=${live(form.values.note ?? '')} @input=${written(set)}>${fault(form, 'note')}</div>
    <span class=${anyway ? 'end anyway' : 'end'}><button type="button" class="btn" @click=${back}>${wrote ? 'Answer first' : 'Cancel'} <kbd class="kbd" aria-hidden="true">Esc</kbd></button><button class="btn primary" ?disabled=${sending}>${label}${anyway ? ' anyway' : ''} ${enterKeys}</button></span></footer>`;
}
