/** The teams of a supervisor, each as a row of figures. */

import { timer } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { heldOf, slotsWords, totals } from './floor-rows.js';
import { skeleton } from './floor-skeleton.js';
import { WorkPart } from './work-part.js';

/**
 * @import { FloorWork } from './floor-work.js'
 * @import { TeamRow } from './floor-rows.js'
 */

/** A team that closes so soon is marked. */
const SOON_MS = 30 * 60_000;
/** A closing time further away than this is only in the tooltip: its day would make the table too wide. */
const TODAY_MS = 18 * 3_600_000;
/** The bar of the longest wait is as long as this many targets; its notch is the target. */
const BAR_TARGETS = 2.5;
/** A share below this is amber, below the second red. */
const FAIR = 0.8;
const POOR = 0.7;
const SPARK = { step: 8, width: 5, height: 22 };

/** @extends {WorkPart<FloorWork>} */
class FloorTeams extends WorkPart {
  /** @override */
  render() {
    const { floor, shownTeams, fault } = this.work;
    if (!floor) return fault ? nothing : skeleton('floor-teams', 'Teams', 5);
    return html`<section class="sheet teams" id="floor-teams" tabindex="-1" aria-labelledby="teams-h">
      <header><h2 id="teams-h">Teams</h2><p class="key"><span>mark on the bar: ${goals(shownTeams)}</span><span>in target: first responses of the last hour</span></p></header>
      <table><thead><tr><th scope="col">Team</th><th scope="col">Hours</th><th scope="col" class="r">Queue</th><th scope="col">Longest wait</th><th scope="col" class="r" title="First responses of the last hour. Customers who still wait beyond the target count as missed.">In target, 1 h</th><th scope="col" class="opt">Waits, last hour</th><th scope="col" class="r">Available</th><th scope="col" class="r">Slots taken</th><th scope="col" class="r">Answered</th><th scope="col" class="r">Abandoned</th></tr></thead>
      <tbody>${shownTeams.map((row) => this.#row(row))}</tbody>
      ${shownTeams.length > 1 ? this.#foot() : nothing}</table>
    </section>`;
  }

  /** @param {TeamRow} row */
  #row(row) {
    const wait = row.waiting
      ? row.longest_wait_s * 1000 + Math.max(0, this.work.now() - (this.work.floor?.asOf ?? 0))
      : 0;
    return html`<tr><th scope="row" class="c-team"><a class="link plain cut" href=${`/console#queue=${row.team}`}>${row.name}</a></th>
      <td class="c-hours">${this.#hours(row)}</td>
      <td class="r c-line"><span class=${row.waiting ? 'big' : 'zero'}>${row.waiting}</span></td>
      <td class="c-wait">${row.waiting ? waitBar(wait, row.target_s * 1000) : html`<span class="zero">none</span>`}</td>
      <td class="r c-share">${share(row.within_target)}</td>
      <td class="opt">${spark(row)}</td>
      <td class="r c-there"><span class=${row.open && !row.available ? 'bad' : nothing}>${row.available}</span><span class="quiet"> / ${row.away} away</span></td>
      ${slots({ ...row, taken: row.seats_taken }, heldOf(this.work.floor?.agents.values() ?? [], row.team))}
      <td class="r">${row.answered}</td><td class="r">${row.abandoned}</td></tr>`;
  }

  /** @param {TeamRow} row */
  #hours({ open, opens_at: opens, closes_at: closes }) {
    if (!open)
      return html`<span class="hours"><span class="dot hollow"></span>${opens ? `Opens ${this.work.times.stamp(opens, this.work.now())}` : 'Closed'}</span>`;
    if (!closes) return html`<span class="hours"><span class="dot ok"></span>Open</span>`;
    const { times } = this.work;
    const left = new Date(closes).getTime() - this.work.now();
    if (left <= SOON_MS)
      return html`<span class="tag warn">${icon('clock')}Closes in ${Math.max(1, Math.ceil(left / 60_000))} min</span>`;
    if (left >= TODAY_MS)
      return html`<span class="hours" title=${`Until ${times.stamp(closes, this.work.now())}`}><span class="dot ok"></span>Open</span>`;
    return html`<span class="hours"><span class="dot ok"></span>Until ${times.clock(closes)}</span>`;
  }

  #foot() {
    const { floor } = this.work;
    if (!floor) return nothing;
    const all = totals(floor);
    return html`<tfoot><tr><th scope="row" class="c-team">Together</th><td class="c-hours"></td><td class="r c-line"><span class=${all.waiting ? 'big' : 'zero'}>${all.waiting}</span></td>
      <td class="c-wait">${all.waiting ? html`<span class="num">${timer(all.longest * 1000)}</span>` : html`<span class="zero">none</span>`}</td><td class="r c-share"></td><td class="opt"></td>
      <td class="r c-there">${all.available}<span class="quiet"> / ${all.away} away</span></td>${slots(all, all.held)}<td class="r">${all.answered}</td><td class="r">${all.abandoned}</td></tr></tfoot>`;
  }
}

/** @param {readonly TeamRow[]} teams */
function goals(teams) {
  const [goal, ...others] = new Set(teams.map((row) => row.target_s));
  return others.length || !goal ? 'the team’s target' : `the target, ${timer(goal * 1000)}`;
}

/** @param {{taken: number, seats: number, away: number}} row @param {number} held chats that agents hold */
function slots(row, held) {
  return html`<td class=${`r c-seats${row.seats ? '' : ' none-open'}`}>${slotsWords(row, held)}</td>`;
}

/** @param {number} wait ms @param {number} target ms */
function waitBar(wait, target) {
  const tone = wait > target ? 'bad' : wait > target * 0.9 ? 'meh' : '';
  const long = Math.min(100, (wait / (target * BAR_TARGETS)) * 100);
  return html`<span class="wait"><span class=${`num ${tone}`}>${timer(wait)}${tone === 'bad' ? html`<span class="sr">, past the target</span>` : nothing}</span><svg class=${`bar-of ${tone}`} aria-hidden="true"><rect class="all" width="100%" height="100%" rx="3"></rect><rect class="so-far" width=${`${long}%`} height="100%" rx="3"></rect><rect class="notch" x=${`${100 / BAR_TARGETS}%`} width="2" height="100%"></rect></svg></span>`;
}

/** @param {number|null} value */
function share(value) {
  if (value === null)
    return html`<span class="zero" title="No first response in the last hour, and nobody waits beyond the target">–</span>`;
  return html`<span class=${value < POOR ? 'bad' : value < FAIR ? 'meh' : nothing}>${Math.round(value * 100)}%</span>`;
}

/** @param {TeamRow} row */
function spark({ waits, target_s: target }) {
  const over = (/** @type {number|null} */ wait) => wait !== null && wait > target;
  const top = Math.max(target * 2, ...waits.map((wait) => wait ?? 0));
  const high = (/** @type {number} */ s) => Math.max(1, (s / top) * (SPARK.height - 1));
  const bars = (/** @type {boolean} */ late) =>
    waits
      .map((wait, at) =>
        wait === null || over(wait) !== late
          ? ''
          : `M${at * SPARK.step + 1} ${SPARK.height - 1}h${SPARK.width}v-${high(wait)}h-${SPARK.width}z`,
      )
      .join('');
  const goal = SPARK.height - 1 - high(target);
  return html`<svg class="spark" viewBox=${`0 0 ${waits.length * SPARK.step} ${SPARK.height}`} role="img" aria-label=${`Waits of the last hour, ${waits.filter(over).length} of ${waits.length} five-minute spans over the target`}><path d=${bars(false)}></path><path class="o" d=${bars(true)}></path><line x1="0" x2="100%" y1=${goal} y2=${goal}></line></svg>`;
}

customElements.define('floor-teams', FloorTeams);
