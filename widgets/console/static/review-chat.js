/**
 * The open chat: its head, the chat against the clock, the transcript.
 *
 * @import { Beat } from './review-beat.js'
 * @import { Chats } from './review-stories.js'
 * @import { ReviewWork } from './review-work.js'
 */

import { template } from '../shared/message.js';
import { clock, span, timer } from '../shared/moments.js';
import { icon, statusTag } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { grouped } from '../shared/story.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { beatOf } from './review-beat.js';
import { left, sum, tally } from './review-queue.js';
import { dayName } from './review-words.js';
import { itemsOf } from './ticket-story.js';
import { times } from './times.js';
import { WorkPart } from './work-part.js';

const SHAPE_AFTER_MS = 300;
/** From here on a gap is named in the warning color. */
const LONG_MS = 5 * 60_000;
/** A finger must move so far sideways, in px. */
const SWIPE = 70;

/** @extends {WorkPart<ReviewWork>} */
class ReviewChat extends WorkPart {
  #slow = false;
  /** @type {number|null} */
  #shown = null;
  /** Where a finger went down. @type {{x: number, y: number}|null} */
  #down = null;

  /** @override */
  willUpdate() {
    const loading = this.#loading;
    if (!loading) this.#slow = false;
    else if (!this.#slow)
      setTimeout(() => {
        if (!this.#loading || this.#slow) return;
        this.#slow = true;
        this.requestUpdate();
      }, SHAPE_AFTER_MS);
  }

  /** @override */
  updated() {
    const now = this.work.story ? this.work.open : null;
    if (now === this.#shown) return;
    this.#shown = now;
    const box = this.querySelector('.rv-scroll');
    if (box) box.scrollTop = 0;
  }

  get #loading() {
    const { list, fault, open, story, storyFault } = this.work;
    return (!list && !fault) || (open !== null && !story && !storyFault);
  }

  /** Scrolls to the next gap or note below. */
  jump() {
    const box = this.one('.rv-scroll', HTMLElement);
    const top = box.getBoundingClientRect().top;
    const below = [...box.querySelectorAll('.event.gap, .noted')].find(
      (one) => one.getBoundingClientRect().top > top + 24,
    );
    if (below) box.scrollTop += below.getBoundingClientRect().top - top - 16;
  }

  /** Scrolls a page on. False at the end. */
  page() {
    const box = this.one('.rv-scroll', HTMLElement);
    if (box.scrollTop + box.clientHeight >= box.scrollHeight - 2) return false;
    box.scrollTop += box.clientHeight * 0.9;
    return true;
  }

  /** @override */
  render() {
    const { list, fault, current } = this.work;
    if (fault)
      return html`<section class="rv-story" aria-label="Chat"><div class="empty" role="alert">${icon('cloud-alert')}<h2>The review didn’t load</h2><p>${fault}</p><button type="button" class="btn" @click=${() => this.work.load()}>Try again</button></div></section>`;
    if (!list) return html`<section class="rv-story" aria-label="Chat">${this.#slow ? bones() : nothing}</section>`;
    if (!current) return html`<section class="rv-story" aria-label="Chat">${this.#top()}${this.#nothing()}</section>`;
    const { place, of } = this.work.tally;
    return html`${this.#top()}<section class="rv-story" aria-label=${`Chat ${place} of ${of}`} @pointerdown=${this.#touched} @pointerup=${this.#swiped}>
      <header class="rv-head"><div><h2 class="cut"><span>#${current.ticket}</span> <span class="t" dir="auto">${current.subject ?? 'No subject'}</span></h2>
        <p>${statusTag(current.status, this.work.words.status(current.status))}<span dir="auto">${current.requester ?? 'A visitor'}</span><span class="wide">${[this.work.team(current.team), current.product].filter(Boolean).join(', ')}</span></p></div>
        <div class="go"><span class="num">${place} of ${of}</span>${this.#toList()}${this.#steps('up', 'down')}</div></header>
      <div class="rv-scroll" tabindex="0" role="region" aria-label="Transcript">${this.#story()}</div>
    </section>`;
  }

  /** Where one is, on a phone. */
  #top() {
    const { place, of } = this.work.tally;
    return html`<section class="rv-top" aria-label="Where you are"><div><p class="h">${place || of} of ${of}, ${dayName(this.work.day)}</p><p class="num">${sum(this.work)}${this.work.tally.due ? `, ${left(this.work)}` : nothing}</p></div><div class="go">${this.#toList()}${this.#steps('left', 'right')}</div>${tally(this.work)}</section>`;
  }

  /** Opens the day's chats where they have no place of their own. */
  #toList() {
    return html`<button type="button" class="icon-btn to-list" aria-label="Chats of the day" @click=${() => this.work.tell('list')}>${icon('list')}</button>`;
  }

  /** @param {string} before @param {string} after */
  #steps(before, after) {
    return html`<button type="button" class="icon-btn" aria-label="Previous chat" @click=${() => this.work.step(-1)}>${icon(`chevron-${before}`)}</button><button type="button" class="icon-btn" aria-label="Next chat" @click=${() => this.work.step(1)}>${icon(`chevron-${after}`)}</button>`;
  }

  /** @param {PointerEvent} event */
  #touched({ pointerType, clientX, clientY }) {
    this.#down = pointerType === 'touch' ? { x: clientX, y: clientY } : null;
  }

  /** @param {PointerEvent} event */
  #swiped({ clientX, clientY }) {
    if (!this.#down) return;
    const [x, y] = [clientX - this.#down.x, clientY - this.#down.y];
    this.#down = null;
    if (Math.abs(x) > SWIPE && Math.abs(x) > 2 * Math.abs(y)) void this.work.step(x < 0 ? 1 : -1);
  }

  #nothing() {
    const { list, day } = this.work;
    if (list && !list.drawn_at)
      return html`<div class="empty">${icon('coffee')}<h2>${dayName(day)} is not drawn yet</h2><p>A day’s sample is drawn at midnight and waits here from then on.</p></div>`;
    if (!list?.counts.all)
      return html`<div class="empty">${icon('coffee')}<h2>No chat was closed on ${dayName(day)}</h2><p>The next day’s sample is drawn at midnight and waits here from then on.</p></div>`;
    return this.#read();
  }

  /** All chosen chats are read: what came of it, and what is left. */
  #read() {
    const { tally: counted, day, pace, tickets, figures, dueByRule, which } = this.work;
    const chats = (/** @type {number} */ count) => `${count} ${count === 1 ? 'chat' : 'chats'}`;
    const { pairs = 0, same_code = 0, differences: differ = [] } = figures?.agreement ?? {};
    const feedback = tickets.filter(({ mine }) => mine?.feedback).length;
    /** @type {Array<[string, string|number]>} */
    const facts = [
      ['right code', counted.right],
      ['corrected', counted.corrected],
      ['feedback sent', feedback],
      ...(pairs ? [/** @type {[string, string]} */ (['same as the second reader', `${same_code} of ${pairs}`])] : []),
    ];
    const left = which === 'rule' ? 0 : dueByRule;
    return html`<div class="empty rv-done" role="status">${icon('circle-check')}<h2>${dayName(day)} is read.</h2><p>${pace.count ? `${chats(pace.count)} in ${span(pace.lasted)}` : chats(counted.of)}</p>
      <dl>${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd class="num">${value}</dd></div>`)}</dl>
      <p class="acts">${left ? html`<button type="button" class="btn" @click=${() => this.work.choose('rule')}>Read by rule, ${left} left</button>` : nothing}${differ.length ? html`<button type="button" class="btn" @click=${() => this.work.tell('figures')}>Compare the ${differ.length === 1 ? 'one that differs' : `${differ.length} that differ`}</button>` : nothing}</p></div>`;
  }

  #story() {
    const { story, storyFault, me, words, current } = this.work;
    if (storyFault)
      return html`<div class="empty" role="alert">${icon('cloud-alert')}<h3>This chat didn’t load</h3><p>${storyFault}</p><button type="button" class="btn" @click=${() => this.work.again()}>Try again</button></div>`;
    if (!story || !current) return this.#slow ? bones() : nothing;
    const team = (/** @type {string} */ key) => this.work.team(key);
    const items = itemsOf(story, { side: 'staff', id: me.id }, { team, status: words.status, code: words.code });
    const places = items.map((item, at) => ({
      item,
      first: !grouped(items[at - 1], item),
      last: !grouped(item, items[at + 1]),
    }));
    const reopened = current.code !== null && story.status !== 'solved' && story.resolution === null;
    return html`${reopened ? html`<p class="banner">${icon('rotate-ccw')}<span><b>Reopened meanwhile.</b> You judge the code that the chat was closed with.</span></p>` : nothing}
      ${this.#beat(story, current.chat)}<div class="log">${repeat(
        places,
        ({ item }) => item.key,
        ({ item, first, last }) =>
          html`<div class="at" data-seq=${item.seq}>${template(item, { first, last, side: 'staff', live: false })}</div>`,
      )}${items.length ? nothing : html`<p class="event"><span>No messages.</span></p>`}</div>`;
  }

  /** @param {Chats} story @param {string} chat */
  #beat(story, chat) {
    const events = (story.transcript ?? []).filter((event) => event.chat === chat);
    const seen = times(events);
    const beat = beatOf(events, chat);
    if (!seen || !beat) return nothing;
    const gap = seen.longestGap ?? 0;
    /** @type {Array<[string, string|null, boolean]>} */
    const facts = [
      ['In queue', seen.queued === null ? null : timer(seen.queued), false],
      ['First response', seen.firstReply === null ? 'none' : timer(seen.firstReply), seen.firstReply === null],
      ['Longest gap', gap ? timer(gap) : null, gap >= LONG_MS],
      ['Chat', seen.length === null ? null : span(seen.length), false],
      ['Hands', seen.hands.map(firstName).join(', ') || null, false],
    ];
    return html`<div class="beat"><dl>${facts.map(([term, value, bad]) => (value ? html`<div><dt>${term}</dt><dd class=${bad ? 'meh' : nothing}>${value}</dd></div>` : nothing))}</dl>${this.#drawn(beat)}</div>`;
  }

  /** @param {Beat} beat */
  #drawn(beat) {
    const waits = beat.waits.map(({ ms }) => span(ms)).join(', ');
    const said = `The chat along the clock, ${clock(beat.start)} to ${clock(beat.end)}, the agent above, the customer below.${waits ? ` The customer waited ${waits}.` : ''}`;
    const longest = beat.waits.reduce((one, other) => (other.ms > one.ms ? other : one), beat.waits[0]);
    return html`<svg role="img" aria-label=${said} @click=${this.#clicked}><title>${said}</title>
      ${beat.waits.map((wait) => html`<svg><rect class="wait" x=${`${wait.from}%`} y="0" width=${`${wait.to - wait.from}%`} height="26" rx="3"></rect></svg>`)}
      <line class="ax" x1="0" x2="100%" y1="13" y2="13"></line>
      ${beat.queue ? html`<svg><rect class="queue" x="0" y="15" width=${`${beat.queue.to}%`} height="9" rx="2"></rect></svg>` : nothing}
      ${beat.strokes.map(({ at, side, seq }) => html`<svg><rect class=${side} data-to=${seq} x=${`${at * 0.99}%`} y=${side === 'them' ? 15 : 2} width="5" height="9" rx="1.5"></rect></svg>`)}
      <text x="0" y="41">${clock(beat.start)}</text><text x="100%" y="41" text-anchor="end">${clock(beat.end)}</text>
      ${longest ? html`<svg><text class="lab" x=${`${(longest.from + longest.to) / 2}%`} y="41" text-anchor="middle">waited ${timer(longest.ms)}</text></svg>` : nothing}
    </svg>`;
  }

  /** A stroke leads to its message. @param {Event} event */
  #clicked({ target }) {
    const to = target instanceof SVGElement ? target.dataset.to : undefined;
    if (to) this.querySelector(`.at[data-seq="${to}"]`)?.scrollIntoView({ block: 'start' });
  }
}

const bones = () =>
  html`<span class="sr">Loading</span><div class="bones" aria-hidden="true">${['times', 'them', 'us', 'them long'].map((of) => html`<i class=${`bone ${of}`}></i>`)}</div>`;

customElements.define('review-chat', ReviewChat);
