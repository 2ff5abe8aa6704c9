/**
 * The regular weeks of the schedules, and the team that uses each.
 *
 * @import { HoursWork } from './hours-work.js'
 * @import { Schedule, WeekChange } from './hours-changes.js'
 * @import { PlannedSchedule } from './hours-plan.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { icon } from '../shared/parts.js';
import { html, live, nothing, repeat } from '../shared/vendor/lit.js';
import { teamsOf, versionOn } from './hours-changes.js';
import './hours-schedule.js';
import { WEEKDAYS, scheduleName, shortDay, spansWords, weekWords } from './hours-words.js';

const ADDING = 'new schedule';

/** @extends {WorkPart<HoursWork>} */
class HoursWeek extends WorkPart {
  /** The key of the schedule that is open; `new schedule` for the form of a new one. */
  #open = location.hash.slice(1);

  /** @override */
  render() {
    const { hours, schedules } = this.work;
    if (!hours) return html`<section class="pane"><header><h2>Regular week</h2></header></section>`;
    const may = hours.teams.some(({ may_change }) => may_change) && !hours.read_only;
    const adds = this.#open === ADDING;
    return html`<section class="pane" aria-labelledby="week-title">
      <header><h2 id="week-title">Regular week</h2>
        ${may ? html`<button class="btn sm" type="button" aria-expanded=${adds} @click=${() => this.#toggle(ADDING)}>${icon('plus')}Schedule</button>` : nothing}</header>
      ${adds ? html`<new-schedule .work=${this.work} @done=${(/** @type {CustomEvent<string>} */ { detail }) => this.#show(detail)}></new-schedule>` : nothing}
      ${repeat(
        schedules,
        (one) => one.schedule,
        (one) => this.#schedule(one),
      )}
    </section>`;
  }

  /** @param {PlannedSchedule} schedule */
  #schedule(schedule) {
    const hours = /** @type {NonNullable<HoursWork['hours']>} */ (this.work.hours);
    const change = this.#change(schedule);
    const version = versionOn(schedule, hours.today);
    const coming = schedule.versions.filter(({ from }) => from !== null && from > hours.today);
    const open = this.#open === schedule.schedule;
    const { isNew, isRemoved, becomes } = schedule;
    const name = scheduleName(becomes || schedule.schedule);
    return html`<div class="sch ${open ? 'open' : ''} ${change || isNew || isRemoved || becomes ? 'new' : ''}">
      <header>
        <h3>${name}</h3>
        <span class="quiet">${teamsOf(hours, schedule).join(', ') || 'no team'}</span>
        ${isNew ? html`<span class="was">new</span>` : nothing}${becomes ? html`<span class="was">was ${scheduleName(schedule.schedule)}</span>` : nothing}
        ${isRemoved ? html`<span class="was">will be removed</span>` : nothing}
        ${
          schedule.may_change && !hours.read_only
            ? html`<button class="btn sm plain" type="button" aria-expanded=${open} @click=${() => this.#toggle(schedule.schedule)}>${open ? 'Close' : 'Edit'}<span class="sr"> ${name}</span></button>`
            : html`<span class="quiet end">${hours.read_only ? '' : 'not yours to change'}</span>`
        }
      </header>
      ${
        open
          ? html`<schedule-tools .work=${this.work} .schedule=${schedule} @done=${(/** @type {CustomEvent<string>} */ { detail }) => this.#show(detail)}></schedule-tools>
              ${this.#editor(
                schedule,
                change ?? { do: 'week', schedule: schedule.schedule, from: hours.today, week: version.week },
              )}`
          : html`${weekWords((change ?? version).week).map(({ days, spans }) => html`<p class="line">${days} <b class="num">${spans}</b></p>`)}
              ${weekWords((change ?? version).week).length ? nothing : html`<p class="line">closed on all days</p>`}
              ${change ? html`<p class="line was">from ${shortDay(change.from)}</p>` : nothing}
              ${
                change
                  ? nothing
                  : coming.map(
                      ({ from, week }) =>
                        html`<p class="line quiet">from ${shortDay(from ?? '')}: ${
                          weekWords(week)
                            .map(({ days, spans }) => `${days} ${spans}`)
                            .join('; ') || 'closed'
                        }</p>`,
                    )
              }`
      }
    </div>`;
  }

  /** @param {Schedule} schedule @param {WeekChange} change */
  #editor(schedule, change) {
    const hours = /** @type {NonNullable<HoursWork['hours']>} */ (this.work.hours);
    const before = versionOn(schedule, change.from).week;
    const wrong = this.work.wrongOf(change);
    return html`
      ${WEEKDAYS.map((day, number) => {
        const spans = change.week[number] ?? [];
        const was = before[number] ?? [];
        const other = spans.join() !== was.join();
        return html`<div class="line day">
          <label class="weekday"><input type="checkbox" .checked=${live(spans.length > 0)} @change=${() => this.#set(change, number, spans.length ? [] : [usual(change.week)])}>${day}</label>
          ${spans.map(
            (span, at) => html`<span class="times">
            ${this.#time(change, number, at, 0, `${day}, opens`)}<span class="quiet">to</span>${this.#time(change, number, at, 1, `${day}, closes`)}
            ${spans.length > 1 ? html`<button class="icon-btn sm" type="button" aria-label="Remove ${day} ${spansWords([span])}" @click=${() => this.#set(change, number, spans.toSpliced(at, 1))}>${icon('x')}</button>` : nothing}
          </span>`,
          )}
          ${spans.length && spans.length < 6 ? html`<button class="btn sm plain" type="button" @click=${() => this.#set(change, number, [...spans, next(spans)])}>${icon('plus')}Span<span class="sr"> on ${day}</span></button>` : nothing}
          ${other ? html`<span class="was">was ${spansWords(was)}</span>` : nothing}
        </div>`;
      })}
      <div class="line">
        <label>from <input class="field date" type="date" min=${hours.today} .value=${change.from} @change=${(/** @type {Event} */ event) => this.#from(change, event)}></label>
        <span class="quiet">never in the past</span>
        <button class="btn sm plain" type="button" @click=${() => this.#copyMonday(change)}>Monday's hours for Tuesday to Friday</button>
      </div>
      ${wrong ? html`<p class="line wrong" role="alert">${wrong}</p>` : nothing}`;
  }

  /**
   * A field keeps what somebody types: a preview that arrives meanwhile draws the page, but not this value.
   * @param {WeekChange} change @param {number} day @param {number} at @param {number} part @param {string} label
   */
  #time(change, day, at, part, label) {
    const spans = change.week[day] ?? [];
    const parts = (spans[at] ?? '').split('-');
    return html`<input class="field time" inputmode="numeric" maxlength="5" aria-label=${label} .value=${parts[part] ?? ''}
      @input=${(/** @type {Event} */ { target }) => {
        // Written to the end: what changes is shown at once.
        const { value } = /** @type {HTMLInputElement} */ (target);
        if (value.length === 5 && timeOf(value) === value)
          this.#set(change, day, spans.with(at, parts.with(part, value).join('-')));
      }}
      @change=${(/** @type {Event} */ event) => {
        const input = /** @type {HTMLInputElement} */ (event.target);
        const text = timeOf(input.value);
        if (text) input.value = text;
        if (text) this.#set(change, day, spans.with(at, parts.with(part, text).join('-')));
        else input.value = parts[part] ?? '';
      }}>`;
  }

  /** @param {WeekChange} change @param {number} day @param {string[]} spans */
  #set(change, day, spans) {
    this.#say({ ...change, week: change.week.with(day, spans) });
  }

  /** @param {WeekChange} change */
  #copyMonday(change) {
    const monday = change.week[0] ?? [];
    this.#say({ ...change, week: change.week.map((spans, day) => (day < 5 ? monday : spans)) });
  }

  /** @param {WeekChange} change @param {Event} event */
  #from(change, event) {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    if (value) this.#say({ ...change, from: value });
  }

  /** A week that is what it was is no change. @param {WeekChange} change */
  #say(change) {
    const schedule = this.work.schedules.find((one) => one.schedule === change.schedule);
    const same = schedule && JSON.stringify(versionOn(schedule, change.from).week) === JSON.stringify(change.week);
    if (same) this.work.takeBack(change);
    else this.work.change(change);
  }

  /** @param {Schedule} schedule */
  #change(schedule) {
    const found = this.work.changes.find((one) => one.do === 'week' && one.schedule === schedule.schedule);
    return found?.do === 'week' ? found : null;
  }

  /** @param {string} key */
  #toggle(key) {
    this.#show(this.#open === key ? '' : key);
  }

  /** @param {string} key */
  #show(key) {
    this.#open = key;
    this.requestUpdate();
  }
}

/** `9`, `930`, `9:30` and `09:30` as `HH:MM`; empty if it is no time. @param {string} text */
function timeOf(text) {
  const found = /^(\d{1,2})[:.h]?(\d{2})?$/.exec(text.trim());
  if (!found || Number(found[1]) > 24 || Number(found[2] ?? 0) > 59) return '';
  return `${(found[1] ?? '').padStart(2, '0')}:${found[2] ?? '00'}`;
}

/** The first span of the week, for a day that opens. @param {string[][]} week */
const usual = (week) => week.find((spans) => spans.length)?.[0] ?? '09:00-17:00';

/** An hour after the last span. @param {string[]} spans */
function next(spans) {
  const ends = Math.min(Number((spans.at(-1) ?? '').slice(6, 8)) + 1, 22);
  const text = (/** @type {number} */ hour) => `${String(hour).padStart(2, '0')}:00`;
  return `${text(ends)}-${text(ends + 2)}`;
}

customElements.define('hours-week', HoursWeek);
