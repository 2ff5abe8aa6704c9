/**
 * The form that chooses the country whose public holidays a schedule observes.
 *
 * @import { HoursWork } from './hours-work.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { teamsOf } from './hours-changes.js';
import { calendarName, scheduleName } from './hours-words.js';

/** @extends {WorkPart<HoursWork>} */
class CalendarForm extends WorkPart {
  #schedule = '';
  /** The country that is chosen. Null: the present one. @type {string|null} */
  #country = null;

  /** @override */
  firstUpdated() {
    this.work.readCalendars();
  }

  /** The schedules that the reader may change. */
  get #own() {
    return this.work.schedules.filter(({ may_change, isRemoved }) => may_change && !isRemoved);
  }

  /** @override */
  render() {
    const { hours, calendars } = this.work;
    const own = this.#own;
    const chosen = own.find(({ schedule }) => schedule === this.#schedule) ?? own[0];
    if (!hours || !chosen) return nothing;
    const country = this.#country ?? chosen.country ?? '';
    const known = calendars.length ? calendars : [{ country: chosen.country ?? '', subdivisions: [] }];
    const parts = known.find((one) => one.country === country)?.subdivisions ?? [];
    const names = known
      .filter((one) => one.country)
      .map((one) => ({ value: one.country, name: calendarName(one.country, null) }))
      .sort((a, b) => a.name.localeCompare(b.name, 'en'));
    return html`<form class="day-form" aria-label="Public holidays" @submit=${(/** @type {SubmitEvent} */ event) => this.#apply(event, chosen.schedule)}>
      <label>For<select class="field" name="schedule" @change=${(/** @type {Event} */ event) => this.#chose(event)}>${own.map((one) => html`<option value=${one.schedule} ?selected=${one === chosen}>${scheduleName(one.schedule)}: ${teamsOf(hours, one).join(', ') || 'no team'}</option>`)}</select></label>
      <span class="pair"><label>Country<select class="field" name="country" @change=${(/** @type {Event} */ event) => this.#chose(event)}>
          <option value="" ?selected=${!country}>No public holidays</option>${names.map(({ value, name }) => html`<option value=${value} ?selected=${value === country}>${name}</option>`)}</select></label>
        ${parts.length ? html`<label>Part of the country<select class="field" name="subdivision"><option value="">the whole country</option>${parts.map((part) => html`<option value=${part} ?selected=${part === chosen.subdivision && country === chosen.country}>${part}</option>`)}</select></label>` : nothing}</span>
      <span class="acts"><button class="btn sm primary">${country ? 'Use the country’s holidays' : 'Use no public holidays'}</button><button class="btn sm" type="button" @click=${() => this.#close()}>Cancel</button><span class="quiet">Nothing is saved before you press Save.</span></span>
    </form>`;
  }

  /** @param {Event} event */
  #chose(event) {
    const { name, value } = /** @type {HTMLSelectElement} */ (event.target);
    if (name === 'country') this.#country = value;
    else {
      this.#schedule = value;
      this.#country = null;
    }
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event @param {string} schedule */
  #apply(event, schedule) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const text = (/** @type {string} */ name) => String(data.get(name) ?? '') || null;
    const country = text('country');
    this.work.change({ do: 'calendar', schedule, country, subdivision: country && text('subdivision') });
    this.#close();
  }

  #close() {
    this.dispatchEvent(new Event('done'));
  }
}

customElements.define('calendar-form', CalendarForm);
