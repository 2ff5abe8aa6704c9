/**
 * Holidays and exceptions of all schedules, and the forms that add and change them.
 *
 * @import { HoursWork } from './hours-work.js'
 * @import { Schedule, ScheduleDay } from './hours-changes.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { icon } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { isUsed, teamsOf } from './hours-changes.js';
import './hours-day-form.js';
import { calendarName, daysWords, scheduleName, spansWords, weekdayOf } from './hours-words.js';

const SHOWN_DAYS = 70;

/** A day of the list: the same day of several schedules is one entry. @typedef {ScheduleDay & {schedules: string[], changed: boolean}} Entry */

/** @extends {WorkPart<HoursWork>} */
class HoursDays extends WorkPart {
  /** The entry whose form is open, as `first last`; `new` for the form of a new exception. */
  #open = '';
  #all = false;

  /** @override */
  render() {
    const { hours } = this.work;
    if (!hours) return html`<section class="pane"><header><h2>Holidays and exceptions</h2></header></section>`;
    const entries = this.#entries();
    const until = new Date(Date.parse(hours.today) + SHOWN_DAYS * 86_400_000).toISOString().slice(0, 10);
    const shown = this.#all ? entries : entries.filter(({ first }) => first <= until);
    const may = hours.teams.some(({ may_change }) => may_change) && !hours.read_only;
    const calendars = new Set(
      hours.schedules.flatMap((one) => (one.country ? [calendarName(one.country, one.subdivision)] : [])),
    );
    return html`<section class="pane" aria-labelledby="days-title">
      <header><h2 id="days-title">Holidays and exceptions</h2>
        ${may ? html`<button class="btn sm" type="button" aria-expanded=${this.#open === 'new'} @click=${() => this.#toggle('new')}>${icon('plus')}Add</button>` : nothing}</header>
      ${this.#open === 'new' ? this.#form(null) : nothing}
      <ul class="hol">${repeat(
        shown,
        ({ first, last, name, kind, schedules }) => `${first} ${last} ${name} ${kind} ${schedules}`,
        (entry) => this.#entry(entry, may),
      )}
      ${entries.length ? nothing : html`<li class="empty-line">No holiday and no exception ahead.</li>`}</ul>
      <footer>
        ${shown.length < entries.length ? html`<button class="btn sm plain" type="button" @click=${() => this.#showAll()}>Show ${entries.length - shown.length} more</button>` : nothing}
        <span>${calendars.size ? `Calendars: ${[...calendars].join('; ')}` : 'No calendar of public holidays is set, so no public holiday is observed.'}</span>
        ${may ? html`<button class="btn sm plain" type="button" @click=${() => this.#toggle('calendar')}>Change</button>` : nothing}
      </footer>
      ${this.#open === 'calendar' ? this.#calendars() : nothing}
    </section>`;
  }

  #showAll() {
    this.#all = true;
    this.requestUpdate();
  }

  /** @returns {Entry[]} */
  #entries() {
    const { changes, schedules } = this.work;
    /** @type {Map<string, Entry>} */
    const found = new Map();
    /** @param {Schedule} schedule @param {ScheduleDay} day @param {boolean} changed */
    const put = (schedule, day, changed) => {
      const key = `${day.first} ${day.last} ${day.name} ${day.spans} ${day.kind} ${day.observed} ${changed}`;
      const entry = found.get(key) ?? { ...day, schedules: [], changed };
      entry.schedules.push(schedule.schedule);
      found.set(key, entry);
    };
    for (const schedule of schedules) {
      if (!isUsed(schedule)) continue;
      const own = changes.filter((one) => 'schedule' in one && one.schedule === schedule.schedule);
      for (const day of schedule.days) {
        const replaced = own.find((one) => one.do === 'days' && one.first === day.first && one.last === day.last);
        const switched = own.find((one) => one.do === 'holiday' && one.day === day.first);
        if (switched?.do === 'holiday')
          put(schedule, { ...day, observed: switched.observed, spans: switched.observed ? [] : day.spans }, true);
        else if (!replaced) put(schedule, day, false);
      }
      for (const one of own)
        if (one.do === 'days' && one.spans)
          put(
            schedule,
            { first: one.first, last: one.last, kind: 'exception', name: one.name, spans: one.spans, observed: true },
            true,
          );
    }
    return [...found.values()].sort((a, b) => (a.first < b.first ? -1 : 1));
  }

  /** @param {Entry} entry @param {boolean} may */
  #entry(entry, may) {
    const key = `${entry.first} ${entry.last} ${entry.schedules}`;
    const usual = entry.kind === 'holiday' && !entry.observed;
    const name = entry.name ?? 'Exception';
    return html`<li class="${entry.changed ? 'new' : ''} ${usual ? 'usual' : ''}">
      <time datetime=${entry.first}>${daysWords(entry.first, entry.last)}${entry.first === entry.last ? html`<small>${weekdayOf(entry.first)}</small>` : nothing}</time>
      <span><b dir="auto">${name}</b><small>${entry.kind === 'holiday' ? 'calendar' : 'by hand'}, ${this.#whose(entry)}${usual ? ', switched off' : ''}</small></span>
      <span class="v">${usual ? 'as usual' : spansWords(entry.spans)}
        ${may ? html`<button class="icon-btn sm" type="button" aria-expanded=${this.#open === key} aria-label="Change ${name}" @click=${() => this.#toggle(key)}>${icon(this.#open === key ? 'chevron-down' : 'chevron-right')}</button>` : nothing}</span>
      ${this.#open === key ? this.#form(entry) : nothing}
    </li>`;
  }

  /** @param {Entry} entry */
  #whose(entry) {
    const { hours, schedules } = this.work;
    const used = schedules.filter(isUsed);
    if (!hours || entry.schedules.length === used.length) return 'all teams';
    return used
      .filter(({ schedule }) => entry.schedules.includes(schedule))
      .flatMap((one) => teamsOf(hours, one))
      .join(', ');
  }

  /** @param {Entry|null} entry */
  #form(entry) {
    return html`<day-form .work=${this.work} .entry=${entry} @done=${() => this.#toggle('')}></day-form>`;
  }

  #calendars() {
    const { hours, schedules } = this.work;
    const own = schedules.filter(({ may_change, isRemoved }) => may_change && !isRemoved);
    return html`<form class="day-form" @submit=${(/** @type {SubmitEvent} */ event) => this.#setCalendar(event)}>
      <label>For<select class="field" name="schedule">${own.map((one) => html`<option value=${one.schedule}>${scheduleName(one.schedule)}: ${(hours && teamsOf(hours, one).join(', ')) || 'no team'}</option>`)}</select></label>
      <span class="pair"><label>Country, two letters<input class="field" name="country" maxlength="2" pattern="[A-Za-z]{2}" placeholder="US" autocomplete="off"></label>
      <label>Part<input class="field" name="subdivision" maxlength="10" placeholder="ON" autocomplete="off"></label></span>
      <p class="quiet">These teams then observe the public holidays of this country. Without a country, they observe none.</p>
      <span class="acts"><button class="btn sm primary">Add to the changes</button><button class="btn sm" type="button" @click=${() => this.#toggle('')}>Cancel</button><span class="quiet">Nothing is saved before you press Save.</span></span>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #setCalendar(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const text = (/** @type {string} */ name) => String(data.get(name)).trim().toUpperCase() || null;
    const country = text('country');
    this.work.change({
      do: 'calendar',
      schedule: String(data.get('schedule')),
      country,
      subdivision: country && text('subdivision'),
    });
    this.#toggle('');
  }

  /** @param {string} key */
  #toggle(key) {
    this.#open = this.#open === key ? '' : key;
    this.requestUpdate();
  }
}

customElements.define('hours-days', HoursDays);
