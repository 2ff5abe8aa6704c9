/**
 * Holidays and exceptions of all schedules, and the forms that add and change them.
 *
 * @import { HoursWork } from './hours-work.js'
 * @import { Schedule, ScheduleDay } from './hours-changes.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { icon } from '../shared/parts.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { isUsed } from './hours-changes.js';
import { calendarName, daysWords, scheduleName, spansWords, weekdayOf } from './hours-words.js';

const SHOWN_DAYS = 70;

/** A day of the list: the same day of several schedules is one entry. @typedef {ScheduleDay & {schedules: string[], changed: boolean}} Entry */

/** @extends {WorkPart<HoursWork>} */
class HoursDays extends WorkPart {
  /** The entry whose form is open, as `first last`; `new` for the form of a new exception. */
  #open = '';
  #all = false;
  #wrong = '';

  /** @override */
  render() {
    const { hours } = this.work;
    if (!hours) return html`<section class="pane"><header><h2>Holidays and exceptions</h2></header></section>`;
    const entries = this.#entries();
    const until = new Date(Date.parse(hours.today) + SHOWN_DAYS * 86_400_000).toISOString().slice(0, 10);
    const shown = this.#all ? entries : entries.filter(({ first }) => first <= until);
    const may = hours.schedules.some(({ may_change }) => may_change) && !hours.read_only;
    const calendars = new Set(
      hours.schedules.flatMap((one) => (one.country ? [calendarName(one.country, one.subdivision)] : [])),
    );
    return html`<section class="pane" aria-labelledby="days-title">
      <header><h2 id="days-title">Holidays and exceptions</h2>
        ${may ? html`<button class="btn sm" type="button" aria-expanded=${this.#open === 'new'} @click=${() => this.#toggle('new')}>${icon('plus')}Add</button>` : nothing}</header>
      ${this.#open === 'new' ? this.#form(null) : nothing}
      <ul class="hol">${repeat(
        shown,
        ({ first, last, name, kind }) => `${first} ${last} ${name} ${kind}`,
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
    const { hours, changes } = this.work;
    /** @type {Map<string, Entry>} */
    const found = new Map();
    /** @param {Schedule} schedule @param {ScheduleDay} day @param {boolean} changed */
    const put = (schedule, day, changed) => {
      const key = `${day.first} ${day.last} ${day.name} ${day.spans} ${day.kind} ${day.observed} ${changed}`;
      const entry = found.get(key) ?? { ...day, schedules: [], changed };
      entry.schedules.push(schedule.schedule);
      found.set(key, entry);
    };
    for (const schedule of hours?.schedules ?? []) {
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
    const used = (this.work.hours?.schedules ?? []).filter(isUsed);
    return entry.schedules.length === used.length ? 'all teams' : entry.schedules.map(scheduleName).join(', ');
  }

  /** @param {Entry|null} entry */
  #form(entry) {
    const hours = /** @type {NonNullable<HoursWork['hours']>} */ (this.work.hours);
    const own = hours.schedules.filter((one) => one.may_change && isUsed(one));
    return html`<form class="day-form" @submit=${(/** @type {SubmitEvent} */ event) => this.#apply(event, entry)}>
      ${
        entry
          ? nothing
          : html`<label>Name<input class="field" name="name" maxlength="100" placeholder="Year-end closure" autocomplete="off"></label>
            <span class="pair"><label>First day<input class="field" type="date" name="first" min=${hours.today} required></label>
            <label>Last day<input class="field" type="date" name="last" min=${hours.today}></label></span>`
      }
      <fieldset><legend>Hours</legend>
        <label><input type="radio" name="how" value="closed" ?checked=${!entry?.spans.length}>Closed</label>
        <label><input type="radio" name="how" value="short" ?checked=${Boolean(entry?.spans.length) && entry?.observed}>Open <input class="field spans" name="spans" aria-label="Hours" placeholder="09:00-13:00" value=${entry?.spans.join(', ') ?? ''} maxlength="80" @focus=${(/** @type {Event} */ event) => this.#choose(event)}></label>
        ${entry ? html`<label><input type="radio" name="how" value="usual" ?checked=${entry.kind === 'holiday' && !entry.observed}>${entry.kind === 'holiday' ? 'As usual: switched off' : 'As usual: remove the exception'}</label>` : nothing}
      </fieldset>
      <fieldset><legend>For</legend>${own.map((one) => html`<label><input type="checkbox" name="schedule" value=${one.schedule} ?checked=${entry ? entry.schedules.includes(one.schedule) : true}>${scheduleName(one.schedule)}</label>`)}</fieldset>
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
      <span class="acts"><button class="btn sm primary">Take over</button><button class="btn sm" type="button" @click=${() => this.#toggle('')}>Cancel</button></span>
    </form>`;
  }

  /** Whoever writes hours means them. @param {Event} event */
  #choose(event) {
    const radio = /** @type {HTMLElement} */ (event.target).closest('label')?.querySelector('input');
    if (radio) radio.checked = true;
  }

  /** @param {SubmitEvent} event @param {Entry|null} entry */
  #apply(event, entry) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const how = data.get('how');
    const first = entry?.first ?? String(data.get('first'));
    const last = entry?.last ?? (String(data.get('last')) || first);
    const name = (entry ? entry.name : String(data.get('name')).trim()) || null;
    const spans = how === 'short' ? spansOf(String(data.get('spans'))) : [];
    const schedules = data.getAll('schedule').map(String);
    this.#wrong = '';
    if (!spans) this.#wrong = 'Write hours like 09:00-13:00. Separate several with a comma.';
    else if (!schedules.length) this.#wrong = 'Choose at least one schedule.';
    else if (last < first) this.#wrong = 'The last day is before the first one.';
    if (this.#wrong || !spans) return this.requestUpdate();
    for (const schedule of schedules) {
      if (how !== 'usual') this.work.change({ do: 'days', schedule, first, last, spans, name });
      else if (entry?.kind === 'holiday') this.work.change({ do: 'holiday', schedule, day: first, observed: false });
      else this.work.change({ do: 'days', schedule, first, last, spans: null, name: null });
      if (entry?.kind === 'holiday' && how === 'closed' && entry.observed === false) {
        this.work.takeBack({ do: 'days', schedule, first, last, spans, name });
        this.work.change({ do: 'holiday', schedule, day: first, observed: true });
      }
    }
    this.#toggle('');
  }

  #calendars() {
    const { hours } = this.work;
    return html`<form class="day-form" @submit=${(/** @type {SubmitEvent} */ event) => this.#setCalendar(event)}>
      <label>Schedule<select class="field" name="schedule">${hours?.schedules.filter(({ may_change }) => may_change).map((one) => html`<option value=${one.schedule}>${scheduleName(one.schedule)}</option>`)}</select></label>
      <span class="pair"><label>Country, two letters<input class="field" name="country" maxlength="2" pattern="[A-Za-z]{2}" placeholder="US" autocomplete="off"></label>
      <label>Part<input class="field" name="subdivision" maxlength="10" placeholder="ON" autocomplete="off"></label></span>
      <p class="quiet">Without a country, the schedule observes no public holidays.</p>
      <span class="acts"><button class="btn sm primary">Take over</button><button class="btn sm" type="button" @click=${() => this.#toggle('')}>Cancel</button></span>
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
    this.#wrong = '';
    this.requestUpdate();
  }
}

/** @param {string} text @returns {string[]|null} null if it is not written as hours */
function spansOf(text) {
  const spans = text.split(',').map((part) => part.trim().replaceAll(/\s*[–-]\s*/g, '-'));
  return spans.every((span) => /^\d\d:\d\d-\d\d:\d\d$/.test(span)) ? spans : null;
}

customElements.define('hours-days', HoursDays);
