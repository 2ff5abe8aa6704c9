/**
 * The coming days with their hours, as they are and as the changes make them.
 *
 * @import { HoursWork, HoursOfDay, Preview } from './hours-work.js'
 */

import { WorkPart } from '../shared/work-part.js';
import { html, nothing } from '../shared/vendor/lit.js';
import { yearEndOf } from './hours-weeks.js';
import { clockChangeWords, clocksMove, daysWords, minutesOf, shortDay, spansWords, weekdayOf } from './hours-words.js';

/** With more, a bar has its place above its time. */
const COLUMNS = 3;

/** @typedef {{start: number, end: number}} Scale minutes of the day */

/** @extends {WorkPart<HoursWork>} */
class HoursPreview extends WorkPart {
  /** @override */
  render() {
    const { preview, hours } = this.work;
    return html`<section class="pane" aria-labelledby="preview-title" aria-busy=${!preview}>
      <header><h2 id="preview-title">Preview</h2>${hours ? this.#choice(hours.today, hours.timezone) : nothing}</header>
      ${preview ? this.#table(preview) : html`<p class="line quiet">Loading…</p>`}
    </section>`;
  }

  /** @param {string} today @param {string} zone */
  #choice(today, zone) {
    const { from } = this.work;
    const usual = [
      { value: '', name: 'Next two weeks' },
      { value: yearEndOf(today), name: 'Year end' },
      { value: clockChange(today, zone), name: 'Clock change' },
    ].filter(({ value }, at) => !at || value);
    // The weeks of a change that none of these show.
    const choices = usual.some(({ value }) => value === from)
      ? usual
      : [...usual, { value: from, name: `From ${shortDay(from)}` }];
    return html`<span class="segs" role="radiogroup" aria-label="Which weeks">${choices.map(
      ({ value, name }) =>
        html`<label><input type="radio" name="weeks" .checked=${from === value} @change=${() => this.work.lookFrom(value)}>${name}</label>`,
    )}</span>`;
  }

  /** @param {Preview} preview */
  #table(preview) {
    const scale = scaleOf(preview);
    const rows = joined(preview);
    const zone = this.work.hours?.timezone ?? 'UTC';
    const moves = preview.days.map(({ day }) => clockChangeWords(day, zone)).filter(Boolean);
    return html`${moves.map((words) => html`<p class="moves quiet">${words}</p>`)}<div class="pv-wide" tabindex="0" role="group" aria-label="Hours of each day"><table class=${preview.columns.length > COLUMNS ? 'pv many' : 'pv'}>
      <thead><tr><th scope="col"><span class="sr">Day</span></th>${preview.columns.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead>
      <tbody>${rows.map((row) =>
        row.closed
          ? html`<tr class="we"><th scope="row" colspan=${preview.columns.length + 1}>${daysWords(row.day, row.last)}: closed</th></tr>`
          : html`<tr class=${row.hours.some(differs) ? 'ch' : ''}>
            <th scope="row"><b>${row.day === this.work.hours?.today ? 'Today' : weekdayOf(row.day)}</b> ${shortDay(row.day)}</th>
            ${row.hours.map((one, at) => html`<td class="${differs(one) ? 'ch' : ''} ${one.after.length ? '' : 'x'}"><small class="team">${preview.columns[at]?.name}</small><span>${bar(one, scale)}<span class="t">${spansWords(one.after)}${differs(one) ? html`<span class="sr">, was ${spansWords(one.before)}</span>` : nothing}</span></span></td>`)}
          </tr>`,
      )}</tbody></table></div>
      <footer class="legend"><span><i></i>open</span><span><i class="add"></i>newly open</span><span><i class="gone"></i>no longer open</span><span class="end">bars from ${clockOf(scale.start)} to ${clockOf(scale.end)}</span></footer>`;
  }
}

/** @param {HoursOfDay} one */
const differs = (one) => one.before.join() !== one.after.join();

/** Days on which every team is closed before and after are one row. @param {Preview} preview */
function joined(preview) {
  /** @type {{day: string, last: string, closed: boolean, hours: HoursOfDay[]}[]} */
  const rows = [];
  for (const { day, hours } of preview.days) {
    const closed = hours.every(({ before, after }) => !before.length && !after.length);
    const before = rows.at(-1);
    if (closed && before?.closed) before.last = day;
    else rows.push({ day, last: day, closed, hours });
  }
  return rows;
}

/** @param {string[]} spans @returns {[number, number][]} */
const minutes = (spans) => spans.map((span) => [minutesOf(span.slice(0, 5)), minutesOf(span.slice(6))]);

/** @param {Preview} preview @returns {Scale} */
function scaleOf(preview) {
  const all = preview.days
    .flatMap(({ hours }) => hours.flatMap(({ before, after }) => minutes([...before, ...after])))
    .flat();
  const start = Math.floor(Math.min(480, ...all) / 120) * 120;
  return { start, end: Math.min(Math.ceil(Math.max(1200, ...all) / 120) * 120, 1440) };
}

/** @param {number} minute */
const clockOf = (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:00`;

/** @param {HoursOfDay} one @param {Scale} scale */
function bar(one, scale) {
  const before = minutes(one.before);
  const after = minutes(one.after);
  const share = (/** @type {number} */ minute) => (100 * (minute - scale.start)) / (scale.end - scale.start);
  /** @param {[number, number][]} spans @param {number} y */
  const path = (spans, y) =>
    spans.map(([from, to]) => `M${share(from)} ${y}H${share(to)}V${18 - y}H${share(from)}z`).join('');
  return html`<svg class="span" viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true"><path class="tr" d="M0 9H100" vector-effect="non-scaling-stroke"/>
    <path class="gone" d=${path(without(before, after), 4.5)} vector-effect="non-scaling-stroke"/><path class="on" d=${path(without(after, without(after, before)), 4)}/><path class="add" d=${path(without(after, before), 4)}/></svg>`;
}

/** What is in `spans`, and not in `others`. @param {[number, number][]} spans @param {[number, number][]} others @returns {[number, number][]} */
function without(spans, others) {
  let left = spans;
  for (const [from, to] of others)
    left = left.flatMap(([start, end]) => {
      /** @type {[number, number][]} */
      const parts = [
        [start, Math.min(end, from)],
        [Math.max(start, to), end],
      ];
      return parts.filter(([first, last]) => first < last);
    });
  return left;
}

/** The Monday before the next clock change within a year; empty if there is none. @param {string} today @param {string} zone */
function clockChange(today, zone) {
  const start = Date.parse(`${today}T12:00:00Z`);
  const dayOf = (/** @type {number} */ at) => new Date(at).toISOString().slice(0, 10);
  for (let day = 1; day < 366; day += 1) {
    const at = start + day * 86_400_000;
    if (!clocksMove(dayOf(at), zone)) continue;
    return dayOf(Math.max(at - ((new Date(at).getUTCDay() + 6) % 7) * 86_400_000, start));
  }
  return '';
}

customElements.define('hours-preview', HoursPreview);
