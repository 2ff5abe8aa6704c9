/**
 * The conversation of a ticket, or a message while there is none.
 *
 * @import { Item } from '../shared/story.js'
 * @import { TicketLetters } from './ticket-letters.js'
 */

import { lazily } from '../shared/client/lazily.js';
import { template } from '../shared/message.js';
import { span, timer } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { grouped, mayTakeBack } from '../shared/story.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { TicketPart } from './ticket-part.js';
import { itemsOf } from './ticket-story.js';
import { times } from './times.js';

const SHAPE_AFTER_MS = 300;
const BONES = ['times', 'them', 'us', 'them long'];

class TicketLog extends TicketPart {
  /** Asks before a text is removed. @type {(item: Item) => void} */
  removes = () => {};
  /** Draws what belongs below an item. @type {((item: Item) => unknown)|null} */
  below = null;
  /** Draws that the reader may no longer see the ticket, with what they wrote. @type {((work: import('./ticket-work.js').TicketWork) => unknown)|null} */
  gone = null;
  /** @type {TicketLetters|null} */
  #letters = null;
  /** Draws the lines about mail. Null until there are any. @type {typeof import('./mail-lines.js')|null} */
  #mail = null;
  /** @type {{model: EventTarget & {list: unknown[]}, draw: () => unknown}|null} */
  #handovers = null;
  /** Loading takes long enough to show a skeleton. */
  #slow = false;

  /** @override */
  get shows() {
    const { ticket, teams, fault, loading, lost, since } = this.work;
    return [
      ticket,
      teams,
      fault,
      loading,
      lost,
      since,
      this.#slow,
      this.below,
      this.#letters?.known,
      this.#letters?.list,
      this.#mail,
      this.#letters?.refused.size,
      this.#letters?.mails,
      this.#letters?.quoted.size,
      this.#handovers?.model.list,
    ];
  }

  /** The letters about the ticket. @param {TicketLetters} letters */
  set letters(letters) {
    this.#letters = letters;
    // What draws them comes while they are read.
    lazily(() => import('./mail-lines.js')).catch(() => {});
    letters.addEventListener('change', async () => {
      this.requestUpdate();
      if (this.#mail || !(letters.list.length || letters.mails.length)) return;
      // A failure is forgotten: the next change tries again.
      this.#mail = await lazily(() => import('./mail-lines.js')).catch(() => null);
      this.requestUpdate();
    });
  }

  /** What draws the hand-overs of the ticket. @param {{model: EventTarget & {list: unknown[]}, draw: () => unknown}} handovers */
  set handovers(handovers) {
    this.#handovers = handovers;
    handovers.model.addEventListener('change', () => this.requestUpdate());
  }

  /** @override */
  willUpdate() {
    if (!this.work.loading) this.#slow = false;
    else
      setTimeout(() => {
        this.#slow = this.work.loading;
        this.requestUpdate();
      }, SHAPE_AFTER_MS);
  }

  /** @override */
  render() {
    return html`<div class="log" id="log">${this.work.ticket ? this.#story() : nothing}</div><div id="rest" role="status">${this.#rest()}</div>`;
  }

  #story() {
    const { ticket, me, words } = this.work;
    if (!ticket) return nothing;
    const team = (/** @type {string} */ key) => this.work.teamName(key);
    const items = itemsOf(ticket, { side: 'staff', id: me.id }, { team, status: words.status, code: words.code });
    const fresh = this.#firstNew(items);
    const places = items.map((item, at) => ({
      item,
      fresh: at === fresh,
      first: at === fresh || !grouped(items[at - 1], item),
      last: at + 1 === fresh || !grouped(item, items[at + 1]),
    }));
    return html`${this.#summary()}${repeat(
      places,
      ({ item }) => item.key,
      ({ item, fresh: begins, first, last }) =>
        html`${begins ? html`<p class="newline">New since you last looked</p>` : nothing}${template(item, { first, last, side: 'staff', live: false, remove: this.#remover(item) })}${this.#mailed(item)}${this.below?.(item)}`,
    )}${items.length ? nothing : html`<p class="event"><span>No messages yet.</span></p>`}${this.#letters ? this.#mail?.rest(this.#letters) : nothing}${this.#handovers?.draw() ?? nothing}`;
  }

  /** The line below a public reply that came by mail or was mailed. @param {Item} item */
  #mailed({ kind, chat, seq, by, scribe }) {
    if (kind !== 'message' || chat !== undefined) return nothing;
    const letters = this.#letters;
    if (letters?.known && (this.#mail || !letters.list.length)) return this.#mail?.below(letters, seq) ?? nothing;
    // A reply was mailed, most likely. Its line is kept free, so that nothing moves when the line comes.
    const mailed = (by?.kind === 'staff' || scribe) && this.work.ticket?.requester?.email;
    return mailed ? html`<p class="mailed">&nbsp;</p>` : nothing;
  }

  /** Where what others wrote since the reader last looked begins; -1 if they wrote nothing. @param {Item[]} items */
  #firstNew(items) {
    const { since } = this.work;
    return items.findIndex(
      ({ kind, chat, seq, own }) =>
        (kind === 'message' || kind === 'note') && chat === undefined && since !== null && seq > since && !own,
    );
  }

  /** Texts can be removed: by their author for a while, and by supervisors. @param {Item} item */
  #remover(item) {
    const written = !item.redacted && (item.kind === 'message' || item.kind === 'note');
    const may = written && (this.work.me.role === 'supervisor' || mayTakeBack(item, Date.now()));
    return may ? () => this.removes(item) : null;
  }

  #summary() {
    const seen = times(this.work.ticket?.transcript ?? []);
    if (!seen) return nothing;
    const facts = [
      ['In the queue', seen.queued !== null && timer(seen.queued)],
      [
        'First response',
        seen.unanswered ? html`<span class="never">none</span>` : seen.firstReply !== null && timer(seen.firstReply),
      ],
      ['Longest gap', seen.longestGap !== null && timer(seen.longestGap)],
      ['Chat', seen.length !== null && span(seen.length)],
      ['Handled by', seen.hands.map(firstName).join(', ')],
    ].filter(([, value]) => value);
    return html`<dl class="summary">${facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`;
  }

  #rest() {
    const { fault, loading, number, lost } = this.work;
    if (lost && this.gone) return this.gone(this.work);
    if (loading && this.#slow)
      return html`<span class="sr">Loading the ticket</span><div class="bones" aria-hidden="true">${BONES.map((of) => html`<i class=${`bone ${of}`}></i>`)}</div>`;
    if (!fault && !lost) return nothing;
    if (!fault || fault.missing)
      return html`<div class="empty">${icon('ticket')}<h2>Ticket not found</h2><p>Ticket #${number} doesn’t exist, or you can’t see it.</p><a class="btn" href="/tickets">All tickets</a></div>`;
    return html`<div class="empty">${icon('cloud-alert')}<h2>This ticket didn’t load</h2><p>${fault.message}</p><button type="button" class="btn" @click=${() => this.work.load()}>Try again</button></div>`;
  }
}

customElements.define('ticket-log', TicketLog);
