/**
 * The events of the tickets that a tab follows. They are delivered as `ticket`: each once, in the order of `seq`; a gap,
 * which `prev` shows, is closed by following again before later ones are delivered. `ticketWhole` tells that the past is
 * complete. What is no event (`ticket.changed`, `ticket.gone`) comes as `news`.
 */

import { refusalOf } from './errors.js';

/** @import { Tickets } from './tickets.js' */
/** @import { Command, Frame, Notice, Ok } from './types.js' */

/** Follows in a row without a new event, after which a gap stays. */
const TRIES = 3;

/**
 * @typedef {{last: number, whole: number, asking: boolean, tries: number}} Place `last`: the `seq` seen last; `whole`: the past goes up to it, without end while it is not known
 */

/** What this tab follows. @param {{tickets: Tickets}} desk @returns {TicketFollows} */
export function following({ tickets }) {
  tickets.follows ??= new TicketFollows(tickets);
  return /** @type {TicketFollows} */ (tickets.follows);
}

export class TicketFollows {
  /** @type {Map<number, Place>} */
  #places = new Map();
  #list;
  #on;

  /** @param {Tickets} list */
  constructor(list) {
    this.#list = list;
    this.#on = list.on;
  }

  /** What the tab that holds the socket tells. @param {Notice} notice */
  told(notice) {
    if (notice.kind === 'event' && !notice.frame.chat) this.event(notice.frame);
    else if (notice.kind === 'answer') this.answered(notice.frame, notice.command);
    else if (notice.kind === 'afresh') this.resume(false);
    else if (notice.kind === 'forgotten') this.clear();
  }

  /** Follows a ticket from `after`, now and after every reconnect; one that is further already starts again from there. @param {number} ticket @param {number} [after] */
  follow(ticket, after = 0) {
    const place = this.#places.get(ticket) ?? { last: after, whole: Infinity, asking: false, tries: 0 };
    this.#places.set(ticket, place);
    place.last = Math.min(place.last, after);
    this.#ask(ticket, place);
  }

  /** Delivers no more of its events in this tab. A connection follows at most 50, so other tabs ask for theirs anew. @param {number} ticket */
  unfollow(ticket) {
    if (this.#places.delete(ticket)) this.#on.send({ type: 'ticket.unfollow', fields: { ticket } });
  }

  /** This tab leaves, and the one that holds the socket must not go on for it. */
  part() {
    for (const ticket of this.#places.keys()) this.#on.send({ type: 'ticket.unfollow', fields: { ticket } });
  }

  /** @param {number} ticket @returns {number} the `seq` seen last; 0 where none was */
  lastSeq(ticket) {
    return this.#places.get(ticket)?.last ?? 0;
  }

  /** A new connection, or everything again. @param {boolean} same false: what is known is of another epoch */
  resume(same) {
    for (const [ticket, place] of this.#places) {
      place.tries = 0;
      if (!same) this.#restart(ticket, place);
      this.#ask(ticket, place);
    }
  }

  /** Another person goes on: what was followed has ended. */
  clear() {
    this.#places.clear();
  }

  /** @param {Frame} frame a `TicketEvent` */
  event(frame) {
    const place = this.#places.get(frame.ticket);
    if (!place || frame.seq <= place.last) return;
    if (frame.prev > place.last) {
      if (!place.asking && place.tries < TRIES) this.#again(frame.ticket, place);
      return;
    }
    place.last = frame.seq;
    place.tries = 0;
    this.#on.emit('ticket', frame, { ticket: frame.ticket, replay: frame.seq <= place.whole });
    if (frame.seq === place.whole) this.#on.emit('ticketWhole', frame.ticket);
  }

  /** The answer to any tab's command. @param {Frame} frame @param {Command} command */
  answered(frame, { type, fields }) {
    const place = this.#places.get(fields.ticket);
    if (place && type === 'ticket.unfollow' && frame.type === 'ok') this.#ask(fields.ticket, place);
    if (!place || type !== 'ticket.follow') return;
    place.asking = false;
    if (frame.type === 'ok') this.#follows(fields.ticket, place, frame, fields.after);
    else if (refusalOf(frame).code === 'invalid' && place.last > 0) {
      // The desk has fewer events than this tab has seen, so it is not the same ticket any more.
      this.#restart(fields.ticket, place);
      this.#ask(fields.ticket, place);
    } else {
      this.#places.delete(fields.ticket);
      const gone = { type: 'ticket.gone', ticket: fields.ticket };
      this.#list.heard(gone);
      this.#on.emit('news', gone);
    }
  }

  /** @param {number} ticket @param {Place} place @param {Ok} ok @param {number} after */
  #follows(ticket, place, ok, after) {
    place.whole = ok.seq;
    // Another tab follows from a later place, and there is one stream for all tabs.
    if (after > place.last) this.#again(ticket, place);
    else if (place.last >= place.whole) this.#on.emit('ticketWhole', ticket);
  }

  /** @param {number} ticket @param {Place} place */
  #again(ticket, place) {
    place.tries += 1;
    this.#ask(ticket, place);
  }

  /** @param {number} ticket @param {Place} place */
  #ask(ticket, place) {
    place.asking = true;
    this.#on.send({ type: 'ticket.follow', fields: { ticket, after: place.last } });
  }

  /** @param {number} ticket @param {Place} place */
  #restart(ticket, place) {
    place.last = 0;
    place.whole = Infinity;
    this.#on.emit('ticketReset', ticket);
  }
}
