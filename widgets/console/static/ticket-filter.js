/**
 * Dialog that filters a list of tickets. Reports the choice as `choose`.
 *
 * @import { Asked } from './views.js'
 * @import { Team } from '../shared/types.js'
 */

import { icon } from '../shared/parts.js';
import { LitElement, html } from '../shared/vendor/lit.js';
import { CHANNELS } from './views.js';

class TicketFilter extends LitElement {
  /** @override */
  static properties = { asked: { attribute: false }, teams: { attribute: false }, people: { attribute: false } };

  constructor() {
    super();
    /** @type {Asked|null} */
    this.asked = null;
    /** @type {Team[]} */
    this.teams = [];
    /** @type {Array<{staff: string, name: string}>} */
    this.people = [];
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  open() {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  /** @param {SubmitEvent} event */
  #choose(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    this.renderRoot.querySelector('dialog')?.close();
    this.dispatchEvent(new CustomEvent('choose', { detail: Object.fromEntries(new FormData(form)) }));
  }

  /** @override */
  render() {
    const now = this.asked;
    if (!now) return null;
    const products = [...new Set(this.teams.flatMap((team) => team.products))];
    /** @param {'team'|'product'|'channel'|'assignee'} name @param {string} label @param {Array<[string, string]>} options */
    const pick = (
      name,
      label,
      options,
    ) => html`<label><span class="label">${label}</span><span class="pick"><select class="field" name=${name}>
      <option value="">Any</option>${options.map(([value, shown]) => html`<option value=${value} ?selected=${now[name] === value}>${shown}</option>`)}</select>${icon('chevron-down')}</span></label>`;
    return html`<dialog class="sheet" aria-labelledby="filter-title">
      <form @submit=${this.#choose}>
        <h2 id="filter-title">Filter</h2>
        ${pick(
          'team',
          'Team',
          this.teams.map((team) => [team.team, team.name]),
        )}
        ${pick(
          'product',
          'Product',
          products.map((name) => [name, name]),
        )}
        ${pick('channel', 'Channel', Object.entries(CHANNELS))}
        ${pick('assignee', 'Assignee', [['nobody', 'Unassigned'], ...this.people.map(({ staff, name }) => /** @type {[string, string]} */ ([staff, name]))])}
        <label><span class="label">Updated since</span><input class="field" type="date" name="since" .value=${now.since}></label>
        <p class="pair"><button type="button" class="btn" @click=${() => this.renderRoot.querySelector('dialog')?.close()}>Cancel</button><button class="btn primary">Show</button></p>
      </form>
    </dialog>`;
  }
}

customElements.define('ticket-filter', TicketFilter);
