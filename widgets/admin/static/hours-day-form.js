/**
 * The form for a holiday or an exception: its days, its hours, and the teams that it is for.
 *
 * @import { HoursWork } from './hours-work.js'
 * @import { Hours } from './hours-changes.js'
 * @import { Entry } from './hours-days.js'
 * @import { Share } from './hours-plan.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { isUsed, namesOf } from './hours-changes.js';
import { keyOfName, listed, ownHours, sharesOf, takenKeys } from './hours-plan.js';
import { scheduleName } from './hours-words.js';

/** @extends {WorkPart<HoursWork>} */
export class DayForm extends WorkPart {
  /** The day that is changed. Null: a new exception. @type {Entry|null} */
  entry = null;
  #wrong = '';
  /** @type {Set<string>|null} */
  #teams = null;
  /** @type {Set<string>|null} */
  #mailChosen = null;
  /** The schedules that are changed for all their teams, although only some are chosen. @type {Set<string>} */
  #whole = new Set();
  #how = '';

  /** @returns {Hours} */
  get #hours() {
    return /** @type {Hours} */ (this.work.hours);
  }

  /** The teams that the form is for. @returns {Set<string>} */
  get #chosen() {
    if (!this.#teams) {
      const own = this.work.schedules.filter(({ schedule }) => this.entry?.schedules.includes(schedule));
      const may = new Set(this.#hours.teams.filter(({ may_change }) => may_change).map(({ team }) => team));
      this.#teams = new Set(own.flatMap(({ teams }) => teams).filter((team) => may.has(team)));
    }
    return this.#teams;
  }

  /** The chosen schedules for mail alone. @returns {Set<string>} */
  get #mails() {
    const all = this.#mail.map(({ schedule }) => schedule);
    this.#mailChosen ??= new Set(all.filter((schedule) => this.entry?.schedules.includes(schedule)));
    return this.#mailChosen;
  }

  /** @returns {Share[]} */
  get #shares() {
    return sharesOf(this.work.schedules, this.#chosen);
  }

  /** Schedules for mail alone. */
  get #mail() {
    return this.work.schedules.filter((one) => !one.teams.length && isUsed(one) && one.may_change);
  }

  /** @override */
  render() {
    const { entry } = this;
    const how = this.#how || usualHow(entry);
    return html`<form class="day-form" @submit=${(/** @type {SubmitEvent} */ event) => this.#apply(event)} @change=${(/** @type {Event} */ event) => this.#chose(event)}>
      ${
        entry
          ? nothing
          : html`<label>Name<input class="field" name="name" maxlength="100" placeholder="Year-end closure" autocomplete="off"></label>
            <span class="pair"><label>First day<input class="field" type="date" name="first" min=${this.#hours.today} required></label>
            <label>Last day<input class="field" type="date" name="last" min=${this.#hours.today}></label></span>`
      }
      <fieldset><legend>Hours</legend>
        <label><input type="radio" name="how" value="closed" .checked=${how === 'closed'}>Closed</label>
        <label><input type="radio" name="how" value="short" .checked=${how === 'short'}>Open <input class="field spans" name="spans" aria-label="Hours" placeholder="09:00-13:00" value=${entry?.spans.join(', ') ?? ''} maxlength="80" @focus=${() => this.#means('short')}></label>
        ${entry ? html`<label><input type="radio" name="how" value="usual" .checked=${how === 'usual'}>${entry.kind === 'holiday' ? 'As usual: switched off' : 'As usual: remove the exception'}</label>` : nothing}
      </fieldset>
      <fieldset><legend>For</legend>
        ${this.#hours.teams.filter(({ may_change }) => may_change).map(({ team, name }) => html`<label><input type="checkbox" name="team" value=${team} .checked=${this.#chosen.has(team)}>${name}</label>`)}
        ${this.#mail.map((one) => html`<label><input type="checkbox" name="mail" value=${one.schedule} .checked=${this.#mails.has(one.schedule)}>Mail of ${listed(namesOf(this.#hours, one.mail_of))}</label>`)}
        ${this.#hours.teams.length > 2 ? html`<button class="btn sm plain" type="button" @click=${() => this.#all()}>${this.#chosen.size ? 'None' : 'All teams'}</button>` : nothing}
      </fieldset>
      ${this.#shares.map((share) => this.#question(share))}
      ${this.#wrong ? html`<p class="wrong" role="alert">${this.#wrong}</p>` : nothing}
      <span class="acts"><button class="btn sm primary">Add to the changes</button><button class="btn sm" type="button" @click=${() => this.#close()}>Cancel</button><span class="quiet">Nothing is saved before you press Save.</span></span>
    </form>`;
  }

  /** Some teams of a shared schedule: is the day for them alone, or for all? @param {Share} share */
  #question({ schedule, chosen, others }) {
    const rest = [
      ...namesOf(this.#hours, others),
      ...namesOf(this.#hours, schedule.mail_of).map((name) => `the mail of ${name}`),
    ];
    if (!others.length) return nothing;
    const names = listed(namesOf(this.#hours, chosen));
    const all = schedule.teams.length;
    const whole = this.#whole.has(schedule.schedule);
    const shown = scheduleName(schedule.schedule);
    return html`<fieldset class="shared"><legend>${names} ${chosen.length === 1 ? 'shares' : 'share'} the schedule ${shown} with ${listed(rest)}</legend>
      <label><input type="radio" name="share ${schedule.schedule}" value="own" .checked=${!whole}>Only ${names}, with ${chosen.length === 1 ? 'a schedule of its own' : 'a schedule of their own'}: a copy of ${shown}</label>
      ${schedule.may_change ? html`<label><input type="radio" name="share ${schedule.schedule}" value="all" .checked=${whole}>All ${all} teams that share ${shown} (${namesOf(this.#hours, schedule.teams).join(', ')})</label>` : nothing}
    </fieldset>`;
  }

  /** @param {Event} event */
  #chose(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.name === 'team') {
      this.#teams = new Set(this.#chosen);
      if (input.checked) this.#teams.add(input.value);
      else this.#teams.delete(input.value);
    } else if (input.name === 'mail') {
      if (input.checked) this.#mails.add(input.value);
      else this.#mails.delete(input.value);
    } else if (input.name.startsWith('share ')) {
      const schedule = input.name.slice('share '.length);
      if (input.value === 'all') this.#whole.add(schedule);
      else this.#whole.delete(schedule);
    } else if (input.name === 'how') this.#how = input.value;
    this.requestUpdate();
  }

  #all() {
    const teams = this.#hours.teams.filter(({ may_change }) => may_change).map(({ team }) => team);
    const none = this.#chosen.size > 0;
    this.#teams = new Set(none ? [] : teams);
    this.#mailChosen = new Set(none ? [] : this.#mail.map(({ schedule }) => schedule));
    this.requestUpdate();
  }

  /** Whoever writes hours means them. @param {string} how */
  #means(how) {
    this.#how = how;
    this.requestUpdate();
  }

  /** @param {SubmitEvent} event */
  #apply(event) {
    event.preventDefault();
    const { entry } = this;
    const data = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const how = String(data.get('how'));
    const first = entry?.first ?? String(data.get('first'));
    const last = entry?.last ?? (String(data.get('last')) || first);
    const name = (entry ? entry.name : String(data.get('name')).trim()) || null;
    const spans = how === 'short' ? spansOf(String(data.get('spans'))) : [];
    const mail = [...this.#mails];
    this.#wrong = '';
    if (!spans) this.#wrong = 'Write hours like 09:00-13:00. Separate several with a comma.';
    else if (!this.#chosen.size && !mail.length) this.#wrong = 'Choose at least one team.';
    else if (last < first) this.#wrong = 'The last day is before the first one.';
    if (this.#wrong || !spans) return this.requestUpdate();
    for (const schedule of [...this.#schedules(), ...mail]) {
      if (how !== 'usual') this.work.change({ do: 'days', schedule, first, last, spans, name });
      else if (entry?.kind === 'holiday') this.work.change({ do: 'holiday', schedule, day: first, observed: false });
      else this.work.change({ do: 'days', schedule, first, last, spans: null, name: null });
      if (entry?.kind === 'holiday' && how === 'closed' && entry.observed === false) {
        this.work.takeBack({ do: 'days', schedule, first, last, spans, name });
        this.work.change({ do: 'holiday', schedule, day: first, observed: true });
      }
    }
    this.#close();
  }

  /** The schedules that change. Teams that get a schedule of their own get it first. @returns {string[]} */
  #schedules() {
    return this.#shares.map(({ schedule: { schedule, may_change }, chosen, others }) => {
      if (may_change && (!others.length || this.#whole.has(schedule))) return schedule;
      const { changes } = this.work;
      const key = keyOfName(chosen.join(' '), takenKeys(this.#hours, changes));
      this.work.change(...ownHours(changes, schedule, key, chosen));
      return key;
    });
  }

  #close() {
    this.dispatchEvent(new Event('done'));
  }
}

/** @param {Entry|null} entry */
function usualHow(entry) {
  if (entry?.kind === 'holiday' && !entry.observed) return 'usual';
  return entry?.spans.length ? 'short' : 'closed';
}

/** @param {string} text @returns {string[]|null} null if it is not written as hours */
function spansOf(text) {
  const spans = text.split(',').map((part) => part.trim().replaceAll(/\s*[–-]\s*/g, '-'));
  return spans.every((span) => /^\d\d:\d\d-\d\d:\d\d$/.test(span)) ? spans : null;
}

customElements.define('day-form', DayForm);
