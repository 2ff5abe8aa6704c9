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
import './hours-calendar-form.js';
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
    const { hours, changes } = this.work;
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
        ${changes.map((one) => (one.do === 'calendar' ? html`<span class="was">${scheduleName(one.schedule)}: ${one.country ? calendarName(one.country, one.subdivision) : 'no public holidays'}</span>` : nothing))}
        ${may ? html`<button class="btn sm plain" type="button" aria-expanded=${this.#open === 'calendar'} @click=${() => this.#toggle('calendar')}>Public holidays of a country</button>` : nothing}
      </footer>
      ${this.#open === 'calendar' ? html`<calendar-form .work=${this.work} @done=${() => this.#toggle('')}></calendar-form>` : nothing}
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

  /** @param {string} key */
  #toggle(key) {
    this.#open = this.#open === key ? '' : key;
    this.requestUpdate();
  }
}

customElements.define('hours-days', HoursDays);
