/**
 * New schedules, and what can be done with a schedule as a whole: a team of it gets a schedule of its own, it gets
 * another name, it is removed.
 *
 * @import { HoursWork } from './hours-work.js'
 * @import { Change, Hours } from './hours-changes.js'
 * @import { PlannedSchedule } from './hours-plan.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { isUsed, teamsOf } from './hours-changes.js';
import { keyOfName, listed, ownHours, takenKeys } from './hours-plan.js';
import { scheduleName } from './hours-words.js';

/** A form of the hours page. The event `done` names the schedule to show next. @extends {WorkPart<HoursWork>} */
class ScheduleForm extends WorkPart {
  wrong = '';

  /** @returns {Hours} */
  get hours() {
    return /** @type {Hours} */ (this.work.hours);
  }

  /** @param {string} [schedule] */
  done(schedule = '') {
    this.wrong = '';
    this.dispatchEvent(new CustomEvent('done', { detail: schedule }));
  }

  /** The key for a name, or an empty text if the name is none or is taken. @param {string} name */
  keyFor(name) {
    const key = keyOfName(name, []);
    if (!key) this.wrong = 'Write a name with letters or digits.';
    else if (takenKeys(this.hours, this.work.changes).includes(key))
      this.wrong = `There is already a schedule ${scheduleName(key)}.`;
    else return key;
    this.requestUpdate();
    return '';
  }
}

class NewSchedule extends ScheduleForm {
  /** @override */
  render() {
    const { hours } = this;
    const schedules = this.work.schedules.filter(({ isRemoved }) => !isRemoved);
    const scheduleOf = (/** @type {string} */ team) => schedules.find(({ teams }) => teams.includes(team));
    return html`<form class="day-form" aria-label="New schedule" @submit=${(/** @type {SubmitEvent} */ event) => this.#add(event)}>
      <label>Name<input class="field" name="name" maxlength="32" required autocomplete="off" placeholder="Short Fridays"></label>
      <label>Begin with the hours and holidays of<select class="field" name="like">${schedules.map((one) => html`<option value=${one.schedule}>${scheduleName(one.schedule)}: ${teamsOf(hours, one).join(', ') || 'no team'}</option>`)}</select></label>
      <fieldset><legend>Teams that get it</legend>${hours.teams
        .filter(({ may_change }) => may_change)
        .map(
          ({ team, name }) =>
            html`<label><input type="checkbox" name="team" value=${team}>${name} <small class="quiet">now ${scheduleName(scheduleOf(team)?.schedule ?? '')}</small></label>`,
        )}</fieldset>
      ${this.wrong ? html`<p class="wrong" role="alert">${this.wrong}</p>` : nothing}
      <span class="acts"><button class="btn sm primary">Add to the changes</button><button class="btn sm" type="button" @click=${() => this.done()}>Cancel</button><span class="quiet">Then set its hours. Nothing is saved before you press Save.</span></span>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #add(event) {
    event.preventDefault();
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const key = this.keyFor(String(data.get('name')));
    if (!key) return;
    this.work.change(...ownHours(this.work.changes, String(data.get('like')), key, data.getAll('team').map(String)));
    this.done(key);
  }
}

class ScheduleTools extends ScheduleForm {
  /** @type {PlannedSchedule|null} */
  schedule = null;
  #renames = false;

  /** @override */
  render() {
    const { hours, schedule } = this;
    if (!schedule) return nothing;
    const key = schedule.schedule;
    const names = teamsOf(hours, schedule);
    const own = hours.teams.filter(({ team, may_change }) => may_change && schedule.teams.includes(team));
    return html`
      ${names.length > 1 ? html`<p class="line">A change here is for ${names.length === 2 ? 'both' : `all ${names.length}`}: ${listed(names)}. ${own.length ? 'Give one a schedule of its own:' : ''}</p>` : nothing}
      ${names.length > 1 ? html`<p class="line">${own.map(({ team, name }) => html`<button class="btn sm" type="button" @click=${() => this.#own(team)}><span class="sr">A schedule of its own for </span>${name}</button>`)}</p>` : nothing}
      <p class="line">
        ${schedule.isNew ? html`<button class="btn sm plain" type="button" @click=${() => this.#drop()}>Drop this new schedule</button>` : nothing}
        ${schedule.isNew || this.#renames ? nothing : html`<button class="btn sm plain" type="button" @click=${() => this.#rename()}>Rename</button>`}
        ${!schedule.isNew && !isUsed(schedule) ? html`<button class="btn sm plain" type="button" @click=${() => this.#remove()}>${schedule.isRemoved ? 'Keep it' : 'Remove'}</button>` : nothing}
      </p>
      ${
        this.#renames
          ? html`<form class="line" @submit=${(/** @type {SubmitEvent} */ event) => this.#setName(event)}><label>Name <input class="field" name="name" maxlength="32" required autocomplete="off" value=${scheduleName(schedule.becomes || key)}></label>
        <button class="btn sm">Rename</button><button class="btn sm plain" type="button" @click=${() => this.#rename()}>Cancel</button></form>`
          : nothing
      }
      ${this.wrong ? html`<p class="line wrong" role="alert">${this.wrong}</p>` : nothing}`;
  }

  /** @param {string} team */
  #own(team) {
    const { changes } = this.work;
    const key = keyOfName(team, takenKeys(this.hours, changes));
    this.work.change(...ownHours(changes, /** @type {PlannedSchedule} */ (this.schedule).schedule, key, [team]));
    this.done(key);
  }

  #rename() {
    this.#renames = !this.#renames;
    this.wrong = '';
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  #setName(event) {
    event.preventDefault();
    const { schedule } = /** @type {PlannedSchedule} */ (this.schedule);
    const name = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get('name'));
    const renamed = /** @type {Change} */ ({ do: 'rename', schedule, to: '' });
    this.work.takeBack(renamed);
    if (keyOfName(name, []) !== schedule) {
      const to = this.keyFor(name);
      if (!to) return;
      this.work.change({ do: 'rename', schedule, to });
    }
    this.#rename();
  }

  #remove() {
    const { schedule, isRemoved } = /** @type {PlannedSchedule} */ (this.schedule);
    /** @type {Change} */
    const removed = { do: 'remove', schedule };
    if (isRemoved) this.work.takeBack(removed);
    else this.work.change(removed);
  }

  #drop() {
    this.work.dropSchedule(/** @type {PlannedSchedule} */ (this.schedule).schedule);
    this.done();
  }
}

customElements.define('new-schedule', NewSchedule);
customElements.define('schedule-tools', ScheduleTools);
