/**
 * The day's chats: how far one is, and where.
 *
 * @import { ToReview, Which } from './review-day.js'
 * @import { ReviewWork } from './review-work.js'
 */

import { about } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { RULES, dayName } from './review-words.js';
import { WorkPart } from './work-part.js';

/** @type {Array<[Which, string, 'sample'|'by_rule'|'all']>} */
const CHOICES = [
  ['sample', 'Sample', 'sample'],
  ['rule', 'By rule', 'by_rule'],
  ['all', 'All', 'all'],
];

/** The widest stroke of a chat, per cent. */
const WIDEST = 4;

/** @extends {WorkPart<ReviewWork>} */
class ReviewQueue extends WorkPart {
  #shown = 0;
  /** On a narrow screen, the list lies over the chat while it is open. */
  #open = false;

  /** Opens and closes the list on a narrow screen. */
  async toggle() {
    this.#open = !this.#open;
    this.requestUpdate();
    await this.updateComplete;
    const buttons = this.#open ? this.querySelectorAll('.close') : document.querySelectorAll('.to-list');
    const shown = [...buttons].find((one) => one.checkVisibility());
    if (shown instanceof HTMLElement) shown.focus();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== 'Escape' || !this.#open) return;
    event.preventDefault();
    void this.toggle();
  }

  /** @override */
  updated() {
    if (this.#shown === this.work.open) return;
    this.#shown = this.work.open ?? 0;
    this.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }

  /** @override */
  render() {
    const { day, today, list } = this.work;
    return html`<nav class=${`rv-q${this.#open ? ' open' : ''}`} aria-label="Chats to review" @keydown=${this.#pressed}>
      <header>
        <button type="button" class="btn plain close" @click=${() => this.toggle()}>${icon('chevron-left')}Back to the chat</button>
        <div class="day"><b class="title" aria-hidden="true">Review</b>
          <button type="button" class="icon-btn" aria-label="Which chats come to review" title="Which chats come to review" @click=${() => this.work.tell('rules')}>${icon('sliders-horizontal')}</button>
          <button type="button" class="icon-btn" aria-label="The day before" @click=${() => this.work.go(-1)}>${icon('chevron-left')}</button>
          <time datetime=${day}>${dayName(day)}</time>
          <button type="button" class="icon-btn" aria-label="The day after" ?disabled=${day >= today} @click=${() => this.work.go(1)}>${icon('chevron-right')}</button></div>
        ${list ? this.#choice() : nothing}
        ${list ? tally(this.work) : nothing}
        ${list ? html`<p class="sum"><span>${sum(this.work)}</span><span class="num">${left(this.work)}</span></p>` : nothing}
      </header>
      <div class="rows">${list ? this.#rows() : nothing}</div>
    </nav>`;
  }

  #choice() {
    const counts = this.work.list?.counts;
    return html`<span class="segs fill" role="radiogroup" aria-label="Which chats">${CHOICES.map(
      ([which, name, count]) =>
        html`<label><input type="radio" name="which" .checked=${this.work.which === which} @change=${() => this.work.choose(which)}>${name} <span class="num">${counts?.[count] ?? 0}</span></label>`,
    )}</span>`;
  }

  #rows() {
    const { read, now, next } = this.work.numbered;
    const places = new Map([...read, ...now, ...next].map(({ ticket }, at) => [ticket, at + 1]));
    const leftOut = this.work.list?.left_out ?? 0;
    /** @type {Array<[string, ToReview[]]>} */
    const groups = [
      [`Read, ${read.length}`, read],
      ['Open now', now],
      ['Next', next],
    ];
    return html`${groups.map(([name, rows]) =>
      rows.length
        ? html`<h2>${name}</h2>${repeat(
            rows,
            ({ ticket }) => ticket,
            (row) => this.#row(row, places.get(row.ticket) ?? 0),
          )}`
        : nothing,
    )}${leftOut ? html`<p class="help">${leftOut} more are not shown here.</p>` : nothing}`;
  }

  /** @param {ToReview} row @param {number} place */
  #row(row, place) {
    const judged = row.state === 'done' ? (row.mine ?? row.others[0]) : null;
    const mark =
      row.state === 'done'
        ? icon(judged?.verdict === 'corrected' ? 'pencil' : 'check')
        : html`<span class="no">${place}</span>`;
    const code = this.work.words.code((judged?.code ?? row.code) || '') || 'No code';
    const who = row.agent ? firstName(row.agent.name) : 'Nobody';
    return html`<a class=${row.state} href=${`#${row.ticket}`} aria-current=${row.ticket === this.work.open ? 'true' : nothing} @click=${(
      /** @type {Event} */ event,
    ) => {
      event.preventDefault();
      void this.work.show(row.ticket);
      if (this.#open) void this.toggle();
    }}>${mark}<span class="cut"><span class="t cut" dir="auto">${row.subject ?? 'No subject'}</span><small class="cut">${who}, ${judged?.verdict === 'corrected' ? 'now ' : ''}${code}</small></span>${why(row)}</a>`;
  }
}

/** The first rule that selects a ticket. @param {ToReview} row */
function why({ rules, rating }) {
  const [rule] = rules;
  if (!rule) return nothing;
  const [shape, words] = RULES[rule] ?? ['circle-alert', rule];
  return html`<span class="why" title=${words}>${icon(shape)}${rule === 'rated_badly' ? rating : nothing}<span class="sr">${words}</span></span>`;
}

/** A stroke for each chat: filled right, hollow corrected, tall here. @param {ReviewWork} work */
export function tally(work) {
  const { read, now, next } = work.numbered;
  const { of, right, corrected, due, place } = work.tally;
  if (!of) return nothing;
  const wide = Math.min(WIDEST, 100 / of);
  const said = `${place || of} of ${of}: ${right} right, ${corrected} corrected, ${due} to go`;
  return html`<svg class="tally" role="img" aria-label=${said}><title>${said}</title>${[...read, ...now, ...next].map(
    (row, at) => {
      const here = row.ticket === work.open;
      const judged = row.state === 'done' ? (row.mine ?? row.others[0]) : null;
      const look = here ? 'n' : judged?.verdict === 'corrected' ? 'c' : judged ? 'y' : '';
      return stroke(look, at * wide, wide, here);
    },
  )}</svg>`;
}

/** @param {string} look @param {number} at @param {number} wide @param {boolean} here */
function stroke(look, at, wide, here) {
  return html`<svg x=${`${at}%`} width=${`${wide * 0.75}%`} height="14" overflow="visible"><rect class=${look} y=${here ? 0 : 2} width="100%" height=${here ? 14 : 10} rx="1.5"></rect></svg>`;
}

/** @param {ReviewWork} work */
export function sum(work) {
  const { right, corrected } = work.tally;
  return html`<b>${right}</b> right, <b>${corrected}</b> corrected`;
}

/** @param {ReviewWork} work */
export function left(work) {
  const { due } = work.tally;
  return due ? `${about(work.pace.secondsFor(due))} to go` : '';
}

customElements.define('review-queue', ReviewQueue);
