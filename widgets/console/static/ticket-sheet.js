/** A ticket over the customer column: its facts and its story. The chat stays beside it. */

import { following } from '../shared/client/ticket-follows.js';
import { ask } from '../shared/http.js';
import { template } from '../shared/message.js';
import { long } from '../shared/moments.js';
import { icon, statusTag } from '../shared/parts.js';
import { NAMELESS } from '../shared/people.js';
import { paced } from '../shared/pace.js';
import { grouped } from '../shared/story.js';
import { since } from '../shared/days.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { TicketPeek } from './ticket-peek.js';
import { itemsOf } from './ticket-story.js';
import { Part } from './work-part.js';

/**
 * @import { Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 */

/** @type {Record<string, 1|-1>} */
const STEPS = { KeyJ: 1, ArrowDown: 1, KeyK: -1, ArrowUp: -1 };

/** Several changes in a row are read at once. */
const NEWS_MS = 1_000;

class TicketSheet extends Part {
  /** @type {Vocabulary|null} */
  words = null;
  #peek = new TicketPeek({
    ask,
    changed: () => this.requestUpdate(),
    follows: {
      follow: (number, after) => following(this.work.desk).follow(number, after),
      unfollow: (number) => following(this.work.desk).unfollow(number),
    },
  });
  /** The chat that it stands beside. @type {string|null} */
  #beside = null;
  /** Where the focus was. @type {HTMLElement|null} */
  #from = null;

  #soon = paced(() => void this.#peek.again(), NEWS_MS);

  /** @override */
  firstUpdated() {
    this.work.desk.on('news', ({ type, ticket }) => {
      if (!type.startsWith('ticket.') || ticket !== this.#peek.number) return;
      if (type === 'ticket.gone') this.#peek.lose();
      else if (type !== 'ticket.presence') this.#soon();
    });
  }

  /** @param {{number: number, list: number[]}} asked `list`: the numbers that J and K walk */
  async open({ number, list }) {
    const at = document.activeElement;
    if (at instanceof HTMLElement && !this.contains(at)) this.#from = at;
    this.#beside = this.work.chosen;
    void this.#peek.open(number, list);
    this.requestUpdate();
    await this.updateComplete;
    this.one('section', HTMLElement).focus({ preventScroll: true });
  }

  async close() {
    if (this.#peek.number === null) return;
    const from = this.contains(document.activeElement) ? this.#from : null;
    this.#from = null;
    this.#peek.close();
    // Until it is gone, it hides the customer column.
    await this.updateComplete;
    if (from?.isConnected) from.focus();
  }

  /** @override It belongs to one chat. */
  willUpdate() {
    if (this.#peek.number !== null && this.work.chosen !== this.#beside) this.#peek.close();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { code, target, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (ctrlKey || metaKey || altKey || shiftKey) return;
    // The arrows scroll a story that is too long for the sheet.
    const scrolls = code.startsWith('Arrow') && target instanceof HTMLElement && target.matches('.scroll');
    if (code === 'Escape') void this.close();
    else if (STEPS[code] && !scrolls) void this.#peek.step(STEPS[code]);
    else if (code === 'KeyO' && this.#peek.number !== null) location.assign(`/tickets/${this.#peek.number}`);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @override */
  render() {
    const { number } = this.#peek;
    return number === null ? nothing : this.#shown(number);
  }

  /** @param {number} number */
  #shown(number) {
    const { ticket, place } = this.#peek;
    return html`<section class="t-sheet" role="dialog" aria-label=${`Ticket ${number}`} tabindex="-1" @keydown=${this.#key}>
      <header>
        <div class="end">${place.of > 1 ? html`<span class="quiet num">${place.place} of ${place.of}</span>${this.#step(-1, place.before, 'Previous ticket', 'chevron-up')}${this.#step(1, place.after, 'Next ticket', 'chevron-down')}` : nothing}
          <a class="btn sm" href="/tickets/${number}" data-page>Open <kbd class="kbd" aria-hidden="true">O</kbd></a>
          <button type="button" class="icon-btn" aria-label="Close the ticket" @click=${this.close}>${icon('x')}</button></div>
        <h2><span class="quiet num">#${number}</span> <span dir="auto">${ticket ? ticket.subject || 'No subject' : ''}</span></h2>
        ${ticket ? html`<p class="t-facts">${this.#facts(ticket)}</p>` : nothing}
      </header>
      <div class="scroll" tabindex="0" role="region" aria-label="Story of the ticket">${ticket ? this.#story(ticket) : nothing}<div role="status">${this.#rest()}</div></div>
    </section>`;
  }

  /** @param {1|-1} step @param {number|null} to @param {string} name @param {string} shape */
  #step(step, to, name, shape) {
    return html`<button type="button" class="icon-btn" aria-label=${name} aria-disabled=${to === null} @click=${() => this.#peek.step(step)}>${icon(shape)}</button>`;
  }

  /** @param {Ticket} ticket */
  #facts({ status, resolution, closed_at: closed, requester, assignee, team, updated_at: at }) {
    const who = requester?.name ?? requester?.email ?? NAMELESS;
    const facts = [
      resolution && this.words?.code(resolution),
      who,
      assignee?.name ?? 'unassigned',
      this.#teamName(team),
      since(at, this.work.now()),
    ].filter(Boolean);
    return html`${statusTag(status, this.words?.status(status) ?? status, closed !== null)}<span class="quiet" dir="auto" title=${`Updated ${long(at)}`}>${facts.join(' · ')}</span>`;
  }

  /** @param {string} key */
  #teamName(key) {
    return this.#peek.teams.find(({ team }) => team === key)?.name ?? this.work.teamName(key);
  }

  /** @param {Ticket} ticket */
  #story(ticket) {
    const { words, work } = this;
    if (!words) return nothing;
    const names = { team: (/** @type {string} */ key) => this.#teamName(key), status: words.status, code: words.code };
    const items = itemsOf(ticket, { side: 'staff', id: work.me.id }, names);
    return html`<div class="log">${repeat(
      items,
      (item) => item.key,
      (item, at) =>
        template(item, {
          first: !grouped(items[at - 1], item),
          last: !grouped(item, items[at + 1]),
          side: 'staff',
          live: false,
        }),
    )}${items.length ? nothing : html`<p class="event"><span>No messages yet.</span></p>`}</div>`;
  }

  #rest() {
    const { ticket, fault, gone } = this.#peek;
    if (ticket) return nothing;
    if (!fault) return html`<span class="sr">Loading the ticket</span>`;
    return html`<div class="empty">${icon(gone ? 'ticket' : 'cloud-alert')}<p>${fault}</p>${gone ? nothing : html`<button type="button" class="btn" @click=${() => this.#peek.again()}>Try again</button>`}</div>`;
  }
}

customElements.define('ticket-sheet', TicketSheet);
