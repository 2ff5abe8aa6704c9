/**
 * Below the note about a merge: the ticket that was merged into this one, with its conversation.
 *
 * @import { Item } from '../shared/story.js'
 * @import { Ticket } from '../shared/types.js'
 * @import { TicketWork } from './ticket-work.js'
 * @typedef {{ticket: Ticket|null, fault: string}} Read
 */

import { Refused } from '../shared/http.js';
import { template } from '../shared/message.js';
import { icon } from '../shared/parts.js';
import { grouped } from '../shared/story.js';
import { html, nothing, repeat } from '../shared/vendor/lit.js';
import { mergedInto } from './merged-words.js';
import { itemsOf } from './ticket-story.js';

class MergedIn {
  /** The conversations that are shown, by their tickets. @type {Map<number, Read>} */
  #shown = new Map();

  /** @param {TicketWork} work @param {() => void} redraw */
  constructor(work, redraw) {
    this.work = work;
    this.redraw = redraw;
  }

  /** @param {Item} item */
  below(item) {
    const number = mergedInto(item, this.work.ticket);
    if (!number) return nothing;
    const shown = this.#shown.get(number);
    return html`<p class="mailed in from">${icon('ticket')}<span>Merged from <a href="/tickets/${number}">#${number}</a></span><button type="button" class="btn plain" aria-expanded=${shown !== undefined} @click=${() => this.#toggle(number)}>${shown ? 'Hide its conversation' : 'Show its conversation'}</button></p>${shown ? this.#conversation(number, shown) : nothing}`;
  }

  /** @param {number} number */
  async #toggle(number) {
    if (!this.#shown.delete(number)) {
      /** @type {Read} */
      let read = { ticket: null, fault: '' };
      this.#shown.set(number, read);
      this.redraw();
      try {
        read = { ...read, ticket: (await this.work.ask('GET', `/api/tickets/${number}`)).data };
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        read = { ...read, fault: error.message };
      }
      // Hidden again meanwhile.
      if (this.#shown.has(number)) this.#shown.set(number, read);
    }
    this.redraw();
  }

  /** @param {number} number @param {Read} read */
  #conversation(number, { ticket, fault }) {
    if (fault) return html`<p class="mailed in bad" role="alert">${icon('circle-alert')}<span>${fault}</span></p>`;
    return html`<section class="merged" aria-label="Conversation of ticket #${number}" aria-busy=${!ticket}>${ticket ? this.#messages(ticket) : nothing}</section>`;
  }

  /** @param {Ticket} ticket */
  #messages(ticket) {
    const { me, words } = this.work;
    const team = (/** @type {string} */ key) => this.work.teamName(key);
    const items = itemsOf(ticket, { side: 'staff', id: me.id }, { team, status: words.status, code: words.code });
    const places = items.map((item, at) => ({
      item,
      first: !grouped(items[at - 1], item),
      last: !grouped(item, items[at + 1]),
    }));
    return html`${ticket.subject ? html`<h3 dir="auto">${ticket.subject}</h3>` : nothing}${repeat(
      places,
      ({ item }) => item.key,
      ({ item, first, last }) => template(item, { first, last, side: 'staff', live: false, remove: null }),
    )}`;
  }
}

/** @param {TicketWork} work @param {HTMLElement & {below: ((item: Item) => unknown)|null, requestUpdate: () => void}} log redrawn for another `below` */
export function showsMerged(work, log) {
  const redraw = () => {
    log.below = (item) => merged.below(item);
    log.requestUpdate();
  };
  const merged = new MergedIn(work, redraw);
  redraw();
}
