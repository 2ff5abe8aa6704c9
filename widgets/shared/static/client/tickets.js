/**
 * The person's tickets: a list with the state of each, and the events of those that are followed.
 *
 * The list (`all`, `get`, `unread`) comes with `hello` and `identify` and is kept up to date by news: nothing has to be
 * followed for it. It holds at most the 50 that the desk names, plus those that change while the page is open. `last` is
 * known from the first change on. Each change emits `tickets`.
 *
 * `follow` has the ticket's own events delivered as `ticket`: each once, in the order of `seq`; a gap, which `prev`
 * shows, is closed by following again before later ones are delivered. `ticketWhole` tells that the past is complete.
 * What concerns no event (`ticket.changed`, `ticket.gone`) comes as `news`.
 */

import { refusalOf } from './errors.js';

/** @import { Command, Frame, Ok, Notice, TicketState } from './types.js' */

/** Follows in a row without a new event, after which a gap stays. */
const TRIES = 3;

/**
 * @typedef {{last: number, whole: number, asking: boolean, tries: number}} Place `last`: the `seq` seen last; `whole`: the past goes up to it, without end while it is not known
 * @typedef {Object} TicketsOptions
 * @property {boolean} lists the list is kept; staff get news of every ticket of their teams
 * @property {(name: 'ticket'|'tickets'|'ticketWhole'|'ticketReset'|'news', ...told: any[]) => void} emit
 * @property {(command: Command) => unknown} send where there is a connection
 */

export class Tickets {
  /** @type {Map<number, TicketState>} the newest changes first */
  #states = new Map();
  /** @type {Map<number, Place>} */
  #places = new Map();
  #on;

  /** @param {TicketsOptions} on */
  constructor(on) {
    this.#on = on;
  }

  /** What the tab that holds the socket tells. @param {Notice} notice */
  told(notice) {
    if (notice.kind === 'event' && !notice.frame.chat) this.event(notice.frame);
    else if (notice.kind === 'news') this.heard(notice.frame);
    else if (notice.kind === 'answer') this.answered(notice.frame, notice.command);
    else if (notice.kind === 'afresh') this.resume(false);
    else if (notice.kind === 'forgotten') this.clear();
  }

  // -- the list ----------------------------------------------------------------------------

  /** @returns {TicketState[]} the newest changes first */
  get all() {
    return [...this.#states.values()];
  }

  /** @param {number} ticket @returns {TicketState|null} */
  get(ticket) {
    return this.#states.get(ticket) ?? null;
  }

  /** Replies that nobody has read yet, of all tickets. */
  get unread() {
    return this.all.reduce((sum, { unread }) => sum + unread, 0);
  }

  /** What a `hello` or `identify` says of the tickets. @param {Omit<TicketState, 'last'>[]} tickets */
  greeted(tickets) {
    const before = this.#states;
    this.#states = new Map(
      tickets.map((one) => {
        const known = before.get(one.ticket);
        return [one.ticket, { ...one, last: known?.seq === one.seq ? known.last : null }];
      }),
    );
    this.#changed();
  }

  /** @param {Frame} frame news, of whatever */
  heard(frame) {
    const states = this.#on.lists && afterTicketNews(this.all, frame);
    if (!states) return;
    this.#states = new Map(states.map((one) => [one.ticket, one]));
    this.#changed();
  }

  // -- following ---------------------------------------------------------------------------

  /** Follows a ticket from `after`, now and after every reconnect; one that is further already starts again from there. @param {number} ticket @param {number} [after] */
  follow(ticket, after = 0) {
    const place = this.#places.get(ticket) ?? { last: after, whole: Infinity, asking: false, tries: 0 };
    this.#places.set(ticket, place);
    place.last = Math.min(place.last, after);
    this.#ask(ticket, place);
  }

  /** Delivers no more of its events in this tab. @param {number} ticket */
  unfollow(ticket) {
    this.#places.delete(ticket);
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
  unfollowAll() {
    this.#places.clear();
  }

  /** Nothing of this person's is shown any more. */
  clear() {
    this.#places.clear();
    this.#states.clear();
    this.#changed();
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
    // Another tab has left the ticket, and there is one stream for all tabs.
    if (type === 'ticket.unfollow' && place) this.#ask(fields.ticket, place);
    if (type !== 'ticket.follow' || !place) return;
    place.asking = false;
    if (frame.type === 'ok') this.#follows(fields.ticket, place, frame, fields.after);
    else if (refusalOf(frame).code === 'invalid' && place.last > 0) {
      // The desk has fewer events than this tab has seen, so it is not the same ticket any more.
      this.#restart(fields.ticket, place);
      this.#ask(fields.ticket, place);
    } else {
      this.#places.delete(fields.ticket);
      const gone = { type: 'ticket.gone', ticket: fields.ticket };
      this.heard(gone);
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

  #changed() {
    if (this.#on.lists) this.#on.emit('tickets', this.all);
  }

  /** @param {number} ticket @param {Place} place */
  #restart(ticket, place) {
    place.last = 0;
    place.whole = Infinity;
    this.#on.emit('ticketReset', ticket);
  }
}

/**
 * The list after a news frame.
 * @template {Pick<TicketState, 'ticket'|'unread'|'seq'>} State
 * @param {State[]} states @param {Frame} frame @returns {State[]|null} null: it does not concern the list
 */
export function afterTicketNews(states, frame) {
  const others = states.filter(({ ticket }) => ticket !== frame.ticket);
  const known = states.find(({ ticket }) => ticket === frame.ticket);
  if (frame.type === 'ticket.news') {
    const { type: _type, ...state } = frame;
    return [/** @type {State} */ (/** @type {unknown} */ (state)), ...others];
  }
  if (frame.type === 'ticket.gone') return known ? others : null;
  // The leading tab repeats what a tab has read, for all of them.
  if (frame.type === 'ticket.read' && known?.unread && frame.upto >= known.seq)
    return states.map((one) => (one === known ? { ...one, unread: 0 } : one));
  return null;
}
