/**
 * Dialog that filters a list of tickets: several values of each property, or all but these. Reports the choice as
 * `choose`.
 *
 * @import { Asked, Facet, Values } from './facets.js'
 * @import { TicketSearch } from './ticket-search.js'
 * @typedef {Facet|'created'|'updated'} Choice
 */

import { icon } from '../shared/parts.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { FACETS, UNNARROWED } from './facets.js';
import { WorkPart } from './work-part.js';

/** @type {Record<Choice, string>} */
const CHOICES = { ...FACETS, created: 'Created', updated: 'Updated' };
/** From so many values on there is a field to find one. */
const MANY = 8;
/** Values that nobody can list are typed. @type {Partial<Record<Choice, string>>} */
const TYPED = { client: 'Another company', tag: 'Another tag', email: 'Email address' };

/** @extends {WorkPart<TicketSearch>} */
class TicketFilter extends WorkPart {
  #open = false;
  /** @type {Choice} */
  #at = 'resolution';
  /** @type {'is'|'not'} */
  #side = 'is';
  #find = '';
  /** @type {{is: Values, not: Values}} the values as they are chosen */
  #chosen = { is: {}, not: {} };

  get #dialog() {
    return this.one('dialog', HTMLDialogElement);
  }

  /** @param {Choice} [at] @param {'is'|'not'} [side] */
  async open(at = this.#at, side = 'is') {
    const { is, not } = this.work.asked;
    this.#chosen = { is: { ...is }, not: { ...not } };
    this.#go(at, side);
    this.#open = true;
    this.requestUpdate();
    await this.updateComplete;
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {Choice} at @param {'is'|'not'} side */
  #go(at, side) {
    this.#at = at;
    this.#side = side;
    this.#find = '';
    this.requestUpdate();
  }

  #closed() {
    this.#open = false;
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  #choose(event) {
    event.preventDefault();
    this.#takeTyped();
    const form = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const days = Object.fromEntries(['from', 'until', 'since'].map((name) => [name, String(form.get(name) ?? '')]));
    this.#dialog.close();
    this.dispatchEvent(new CustomEvent('choose', { detail: { ...this.#chosen, ...days } }));
  }

  #clear() {
    this.#dialog.close();
    this.dispatchEvent(new CustomEvent('choose', { detail: { ...UNNARROWED, q: this.work.asked.q } }));
  }

  /** @param {Facet} facet @param {string} value @param {boolean} on */
  #set(facet, value, on) {
    const side = this.#chosen[this.#side];
    const others = (side[facet] ?? []).filter((one) => one !== value);
    this.#chosen = { ...this.#chosen, [this.#side]: { ...side, [facet]: on ? [...others, value] : others } };
    this.requestUpdate();
  }

  /** Adds the value that was typed, if there is one. */
  #takeTyped() {
    const field = this.querySelector('#filter-typed');
    if (!(field instanceof HTMLInputElement) || !field.value.trim()) return;
    this.#set(/** @type {Facet} */ (this.#at), field.value.trim(), true);
    field.value = '';
  }

  /** @param {KeyboardEvent} event */
  #typedKey(event) {
    if (event.key !== 'Enter' || event.isComposing) return;
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!field.value.trim()) return;
    event.preventDefault();
    this.#takeTyped();
  }

  // -- how it is drawn ---------------------------------------------------------------------

  /** @override */
  render() {
    return html`<dialog class="sheet" aria-labelledby="filter-title" @close=${this.#closed}>${this.#open ? this.#form() : nothing}</dialog>`;
  }

  #form() {
    const { asked } = this.work;
    const at = this.#at;
    return html`<form @submit=${this.#choose}>
        <h2 id="filter-title">Filter</h2>
        <label><span class="label">Filter by</span><span class="pick"><select class="field" id="filter-by" @change=${(/** @type {Event} */ event) => this.#go(/** @type {Choice} */ (/** @type {HTMLSelectElement} */ (event.target).value), 'is')}>
          ${Object.entries(CHOICES).map(([key, name]) => html`<option value=${key} .selected=${live(key === at)}>${name}${this.#count(/** @type {Choice} */ (key), asked)}</option>`)}</select>${icon('chevron-down')}</span></label>
        ${at === 'created' || at === 'updated' ? nothing : this.#values(at)}
        <p class="two" ?hidden=${at !== 'created'}>
          <label><span class="label">Created from</span><input class="field" type="date" name="from" .value=${asked.from}></label>
          <label><span class="label">Created until</span><input class="field" type="date" name="until" .value=${asked.until}></label></p>
        <label ?hidden=${at !== 'updated'}><span class="label">Updated since</span><input class="field" type="date" name="since" .value=${asked.since}></label>
        <p class="pair"><button type="button" class="btn plain" @click=${this.#clear}>Clear all</button><button type="button" class="btn" @click=${() => this.#dialog.close()}>Cancel</button><button class="btn primary">Show</button></p>
      </form>`;
  }

  /** The number of values that are chosen. @param {Choice} choice @param {Asked} asked */
  #count(choice, asked) {
    const { is, not } = this.#chosen;
    const count =
      choice === 'created'
        ? [asked.from, asked.until].filter(Boolean).length
        : choice === 'updated'
          ? Number(Boolean(asked.since))
          : (is[choice]?.length ?? 0) + (not[choice]?.length ?? 0);
    return count ? ` (${count})` : '';
  }

  /** @param {Facet} facet */
  #values(facet) {
    const options = this.work.options(facet, [...(this.#chosen.is[facet] ?? []), ...(this.#chosen.not[facet] ?? [])]);
    const words = this.#find.toLocaleLowerCase();
    const shown = options.filter(([, name]) => name.toLocaleLowerCase().includes(words));
    const chosen = this.#chosen[this.#side][facet] ?? [];
    return html`
      <div class="modes" role="radiogroup" aria-label="Which tickets">${this.#mode('is', 'With any of these')}${this.#mode('not', 'With none of these')}</div>
      ${options.length > MANY ? html`<label class="search">${icon('search')}<span class="sr">Find a value</span><input class="field" type="text" role="searchbox" placeholder="Find" autocomplete="off" autofocus .value=${live(this.#find)} @input=${this.#narrow}></label>` : nothing}
      <div class="values" role="group" aria-label=${FACETS[facet]}>${repeat(
        shown,
        ([value]) => value,
        ([value, name]) =>
          html`<label><input type="checkbox" .checked=${live(chosen.includes(value))} @change=${(/** @type {Event} */ event) => this.#set(facet, value, /** @type {HTMLInputElement} */ (event.target).checked)}><span dir="auto">${name}</span></label>`,
      )}${shown.length ? nothing : html`<p class="quiet">${words ? 'Nothing matches.' : TYPED[facet] ? 'Type one below.' : 'None in this list yet.'}</p>`}</div>
      ${TYPED[facet] ? html`<label><span class="label">${TYPED[facet]}</span><span class="add"><input class="field" id="filter-typed" type=${facet === 'email' ? 'email' : 'text'} autocomplete="off" maxlength="254" @keydown=${this.#typedKey}><button type="button" class="btn" @click=${this.#takeTyped}>Add</button></span></label>` : nothing}`;
  }

  /** @param {'is'|'not'} side @param {string} name */
  #mode(side, name) {
    return html`<label><input type="radio" name="side" value=${side} .checked=${live(side === this.#side)} @change=${() => this.#go(this.#at, side)}>${name}</label>`;
  }

  /** @param {InputEvent} event */
  #narrow({ target }) {
    this.#find = /** @type {HTMLInputElement} */ (target).value;
    this.requestUpdate();
  }
}

customElements.define('ticket-filter', TicketFilter);
