/**
 * What customers in other time zones see, in the weeks around the next clock changes.
 *
 * @import { HoursWork, Clocks, ClockPeriod, LocalTimes } from './hours-work.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { listed } from './hours-plan.js';
import { daysWords, longDay, shortDay, zoneWords } from './hours-words.js';

/** The end of a longer period is not told. */
const LONG_MS = 60 * 86_400_000;

/** @extends {WorkPart<HoursWork>} */
class HoursClocks extends WorkPart {
  /** The first of the teams that are shown. */
  #team = '';

  /** @override */
  render() {
    const { clocks, clocksFailure } = this.work;
    return html`<section class="pane" aria-labelledby="clocks-title" aria-busy=${!clocks && !clocksFailure}>
      <header><h2 id="clocks-title">When the clocks change</h2>${clocks ? html`<span class="sub">${changesWords(clocks)}</span>` : nothing}</header>
      ${clocks && !clocksFailure ? this.#shown(clocks) : this.#waiting(clocksFailure)}
    </section>`;
  }

  /** @param {string} failure */
  #waiting(failure) {
    if (!failure) return html`<p class="line quiet">Loading…</p>`;
    return html`<p class="line">${failure} <button class="btn sm" type="button" @click=${() => this.work.readClocks()}>Try again</button></p>`;
  }

  /** @param {Clocks} clocks */
  #shown({ zones, periods, teams }) {
    if (!zones.length)
      return html`<p class="line quiet">No customer’s time zone is known yet. Once chats have come in, their cities are listed here, with the time at which you open for them.</p>`;
    const [first] = teams;
    if (!periods.length || !first)
      return html`<p class="line quiet">In the next twelve months no clock changes, here or where your customers are.</p>`;
    const chosen = teams.find((one) => one.teams[0] === this.#team) ?? first;
    return html`
      ${teams.length > 1 ? this.#choice(teams, chosen) : nothing}
      ${always(chosen) ? html`<p class="line quiet">${listed(chosen.name.split(', '))} ${chosen.teams.length > 1 ? 'are' : 'is'} always open, so nothing changes for customers.</p>` : this.#table(chosen, periods)}`;
  }

  /** @param {Clocks['teams'][number]} chosen @param {ClockPeriod[]} periods */
  #table(chosen, periods) {
    const [desk] = chosen.zones;
    const zone = zoneWords(desk?.zone ?? '');
    const times = new Set(desk?.times.map((time) => time?.opens));
    const [opens] = times;
    return html`<table class="tbl clocks"><thead><tr><th scope="col">${times.size === 1 && opens ? `${opens} ${zone} is, in` : 'Opens, in'}</th>${periods.map((one) => html`<th scope="col" class="end">${periodWords(one)}</th>`)}</tr></thead>
      <tbody>${chosen.zones.map(
        (one, at) => html`<tr>
          <th scope="row">${cityOf(one.zone)}<small>${at ? '' : 'the desk, '}${chatsWords(one.chats)}</small></th>
          ${one.times.map((time, period) => html`<td class="end ${moved(one.times, period) ? 'moved' : ''}">${timeWords(time)}</td>`)}
        </tr>`,
      )}</tbody></table>
      <p class="foot">The time at which ${listed(chosen.name.split(', '))} ${chosen.teams.length > 1 ? 'open' : 'opens'}, on the customers’ clocks. Hours are kept in ${zone}. The cities are from the time zones of the last chats, of at most 90 days.${leftOut(periods)}</p>`;
  }

  /** @param {Clocks['teams']} teams @param {Clocks['teams'][number]} chosen */
  #choice(teams, chosen) {
    return html`<p class="line"><label>Teams <select class="field" @change=${(/** @type {Event & {target: HTMLSelectElement}} */ { target }) => this.#choose(target.value)}>${teams.map(
      (one) => html`<option value=${one.teams[0] ?? ''} ?selected=${one === chosen}>${one.name}</option>`,
    )}</select></label></p>`;
  }

  /** @param {string} team */
  #choose(team) {
    this.#team = team;
    this.requestUpdate();
  }
}

/** `Sunday, Mar 14, 2027` @param {Clocks} clocks */
function changesWords({ periods }) {
  const days = periods.flatMap(({ change }) => (change ? [change] : []));
  if (days.length === 1) return longDay(days[0] ?? '');
  return listed(days.map(shortDay));
}

/** @param {ClockPeriod} period */
function periodWords({ from, to }) {
  if (!from) return `to ${shortDay(to ?? '')}`;
  return to && Date.parse(to) - Date.parse(from) < LONG_MS ? daysWords(from, to) : `from ${shortDay(from)}`;
}

/** The days between the periods. @param {ClockPeriod[]} periods */
function leftOut(periods) {
  const next = (/** @type {string} */ day, /** @type {number} */ by) =>
    new Date(Date.parse(day) + by * 86_400_000).toISOString().slice(0, 10);
  const days = periods.flatMap(({ from }, at) => {
    const before = periods[at - 1]?.to;
    return from && before ? [daysWords(next(before, 1), next(from, -1))] : [];
  });
  return days.length ? ` Left out: ${listed(days)}, when the clocks change.` : '';
}

/** @param {Clocks['teams'][number]} teams */
const always = ({ zones }) => zones.every(({ times }) => times.every((time) => time?.closes === null));

/** `Mexico City` @param {string} zone */
export const cityOf = (zone) => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

/** @param {number} chats */
const chatsWords = (chats) => (chats === 1 ? '1 chat' : `${chats.toLocaleString('en-US')} chats`);

/** True if a time is another one than in the period before. @param {(LocalTimes|null)[]} times @param {number} at */
const moved = (times, at) => at > 0 && times[at - 1]?.opens !== times[at]?.opens;

/** @param {LocalTimes|null} time */
function timeWords(time) {
  if (!time) return 'closed';
  const day = time.days ? html`<small>${time.days > 0 ? 'next day' : 'day before'}</small>` : nothing;
  return html`${time.opens}${day}`;
}

customElements.define('hours-clocks', HoursClocks);
