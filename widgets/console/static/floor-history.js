/**
 * The alarms of the last days: when each was raised, for how long its condition held, and who had it.
 *
 * @import { FloorWork } from './floor-work.js'
 * @import { Past } from './floor-past.js'
 */

import { Refused, ask } from '../shared/http.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { careWords, lasted, pastWords } from './floor-past.js';
import { WorkPart } from './work-part.js';

/** @extends {WorkPart<FloorWork>} */
class FloorHistory extends WorkPart {
  #open = false;
  /** @type {Past[]|null} */
  #alarms = null;
  #wrong = '';

  async #toggle() {
    this.#open = !this.#open;
    this.requestUpdate();
    if (!this.#open) return;
    this.#wrong = '';
    try {
      this.#alarms = (await ask('GET', '/api/alarms')).data.alarms;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#wrong = error.message;
    }
    this.requestUpdate();
  }

  /** @override */
  render() {
    if (!this.work.floor) return nothing;
    return html`<section class="sheet history" aria-labelledby="history-h"><header><h2 id="history-h">Alarms <span class="quiet">last 7 days</span></h2><button type="button" class="btn sm end" aria-expanded=${this.#open} @click=${this.#toggle}>${this.#open ? 'Hide' : 'Show'}<span class="sr"> the alarms of the last 7 days</span></button></header>
      <div role="alert">${this.#wrong ? html`<p class="none">${this.#wrong}</p>` : nothing}</div>${this.#open && this.#alarms ? this.#table(this.#alarms) : nothing}</section>`;
  }

  /** @param {Past[]} all */
  #table(all) {
    const { team, times, floor } = this.work;
    const names = new Map(floor?.teams.map((row) => [row.team, row.name]));
    const alarms = all.filter((alarm) => !team || alarm.team === team);
    if (!alarms.length) return html`<p class="none">No alarm in the last 7 days.</p>`;
    const now = this.work.now();
    const stamp = (/** @type {string} */ at) => times.stamp(at, now);
    return html`<p class="none">Alarms last from the moment when a team had nobody available, a wait was over its target, or a reply was overdue. About a late first response, the agent is reminded first. Supervisors get the alarm at twice the target. A wait counts from when the chat joined the queue, so after a requeue it is shorter than <i>Longest wait</i> under Teams. Times are in ${times.zone(now)}.</p>
      <table><thead><tr><th scope="col">Since <span class="quiet">${times.zone(now)}</span></th><th scope="col">Alarm</th><th scope="col" class="opt">Team</th><th scope="col" class="r">Lasted</th><th scope="col">Taken or muted by</th></tr></thead>
      <tbody>${alarms.map(
        (alarm) =>
          html`<tr><td class="num">${stamp(alarm.raised_at)}</td><th scope="row"><span dir="auto">${pastWords(alarm, stamp)}</span>${chatLink(alarm)}</th><td class="opt">${names.get(alarm.team) ?? alarm.team}</td><td class="r">${lasted(alarm, now)}</td><td>${careWords(alarm, stamp) || html`<span class="zero">nobody</span>`}</td></tr>`,
      )}</tbody></table>`;
  }
}

/** The ticket of the chat, or the chat itself while it is open. @param {Past} alarm */
function chatLink({ chat, ticket }) {
  if (ticket) return html` <a href="/tickets/${ticket}">#${ticket}</a>`;
  return chat ? html` <a href="/console#chat=${chat}&write">open chat</a>` : nothing;
}

customElements.define('floor-history', FloorHistory);
