/**
 * What the changes do to waits: a simulation of hours that are newly open, and the requests of hours that are no longer
 * open.
 *
 * @import { ForecastOfSpan, WaitsOfAgents } from './hours-forecast.js'
 * @import { HoursWork } from './hours-work.js'
 */

import { timer } from '../shared/moments.js';
import { WorkPart } from '../shared/work-part.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { daysWords, shortDay, spansWords } from './hours-words.js';

/** The share of chats in the goal, from which a number of agents is enough. */
const ENOUGH = 0.8;

/** @extends {WorkPart<HoursWork>} */
class HoursWaits extends WorkPart {
  /** @override */
  render() {
    const { forecast, changes } = this.work;
    if (!changes.length) return nothing;
    return html`<section class="pane" aria-labelledby="waits-title" aria-busy=${forecast.busy}>
      <header><h2 id="waits-title">What this would do to waits</h2></header>
      <div role="status">${this.#words()}</div>
      ${forecast.found?.opened.map(opened)}
      ${forecast.found?.closed.length ? html`<ul class="gone-hours">${forecast.found.closed.map((one) => html`<li>${closedWords(one)}</li>`)}</ul>` : nothing}
    </section>`;
  }

  #words() {
    const { busy, failure, found } = this.work.forecast;
    if (busy) return html`<p class="line quiet">Simulating. You can save meanwhile.</p>`;
    if (failure)
      return html`<p class="line">${failure} <button class="btn sm" type="button" @click=${() => this.work.forecastAgain()}>Try again</button></p>`;
    if (found && !found.opened.length && !found.closed.length)
      return html`<p class="line quiet">No team is open longer or shorter in the next eight weeks, so waits stay as they are.</p>`;
    return nothing;
  }
}

/** `about 8 requests` @param {number} requests */
export function requestsWords(requests) {
  const count = Math.round(requests);
  if (!requests) return 'no requests';
  if (count < 1) return 'less than one request';
  return count === 1 ? 'about 1 request' : `about ${count.toLocaleString('en-US')} requests`;
}

/** @param {ForecastOfSpan} one */
const daysOf = ({ days, first, last }) => (days === 1 ? shortDay(first) : `${days} days, ${daysWords(first, last)}`);

/** @param {ForecastOfSpan} one */
const averageWords = ({ requests, past_days }) =>
  `On your last ${past_days} comparable days, ${requestsWords(requests)} a day came in these hours`;

/** @param {ForecastOfSpan} one */
function closedWords(one) {
  const then = one.requests ? ' They would wait as tickets until the team opens.' : '';
  return html`<b>${one.name} closed ${spansWords([one.span])}, ${daysOf(one)}.</b> <span>${averageWords(one)}.${then}</span>`;
}

/** @param {ForecastOfSpan} one */
function opened(one) {
  const title = html`<h3>${one.name}, ${spansWords([one.span])} <small>${daysOf(one)}</small></h3>`;
  if (!one.staffing.length) {
    const few = one.requests ? ' Too few earlier chats are known to simulate waits.' : '';
    return html`<div class="opened">${title}<p class="line quiet">${averageWords(one)}.${few}</p></div>`;
  }
  const most =
    1.05 *
    Math.max(
      1.2 * one.goal_s,
      ...one.staffing.map(({ high_s, nine_in_ten_s }) => Math.max(high_s ?? 0, nine_in_ten_s ?? 0)),
    );
  const goal = timer(1000 * one.goal_s);
  const enough = one.staffing.find(({ within }) => within >= ENOUGH);
  return html`<div class="opened">${title}
    <table class="tbl sim"><thead><tr><th scope="col">Agents</th><th scope="col" class="pl"><span class="sr">Waits</span><span aria-hidden="true">Half, nine in ten, goal ${goal}</span></th><th scope="col" class="end half">Half</th><th scope="col" class="end">9 in 10</th><th scope="col" class="end">In ${goal}</th></tr></thead>
      <tbody>${one.staffing.map(
        (at) => html`<tr class=${at === enough ? 'on' : ''}>
          <th scope="row">${at.agents} ${at.agents === 1 ? 'agent' : 'agents'}${at === enough ? html`<span class="sr">, enough for the goal</span>` : nothing}</th>
          <td class="pl">${range(at, one.goal_s, most)}</td>
          <td class="end half">${wait(at.half_s)}</td><td class="end">${at.nine_in_ten_s === null ? '–' : `about ${wait(at.nine_in_ten_s)}`}<span class="sr">${at.low_s === null ? '' : `, between ${wait(at.low_s)} and ${wait(at.high_s)} in nine runs of ten`}</span></td>
          <td class="end ${at.within < ENOUGH ? 'bad' : ''}">${Math.floor(100 * at.within)} %</td></tr>`,
      )}</tbody></table>
    <p class="line quiet">${averageWords(one)}; now they wait as tickets until the team opens. Simulated ${one.runs} times from these days: the gray band holds nine runs in ten.</p></div>`;
}

/** @param {number|null} seconds */
const wait = (seconds) => (seconds === null ? '–' : timer(1000 * seconds));

/** The waits of half and of nine in ten on one line, with the spread of the latter. @param {WaitsOfAgents} at @param {number} goal @param {number} most */
function range({ half_s: half, nine_in_ten_s: nine, low_s: low, high_s: high }, goal, most) {
  const x = (/** @type {number} */ seconds) => `${((100 * seconds) / most).toFixed(1)}%`;
  if (half === null || nine === null || low === null || high === null) return nothing;
  const over = nine > goal ? 'o' : '';
  return html`<svg class="range" aria-hidden="true"><line class="tr" x1="0" x2="100%" y1="11" y2="11"/><rect class="band" x=${x(low)} width=${x(high - low)} y="5" height="12" rx="3"/><line class="tg" x1=${x(goal)} x2=${x(goal)} y1="1" y2="21"/><line class="rg ${over}" x1=${x(half)} x2=${x(nine)} y1="11" y2="11"/><circle class="md" cx=${x(half)} cy="11" r="4"/><circle class="nd ${over}" cx=${x(nine)} cy="11" r="3.5"/></svg>`;
}

customElements.define('hours-waits', HoursWaits);
