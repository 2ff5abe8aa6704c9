/**
 * The list of the person's tickets, with the state of each. It comes with `hello` and `identify` and is kept up to date
 * by news: nothing has to be followed for it. It holds at most the 50 that the desk names, plus those that change while
 * the page is open. `last` is known from the first change on. Each change emits `tickets`.
 *
 * `following` (ticket-follows.js, loaded when it is needed) delivers the events of single tickets.
 */

/** @import { TicketFollows } from './ticket-follows.js' */
/** @import { Command, Frame, Notice, TicketState } from './types.js' */

/**
 * @typedef {Object} TicketsOptions
 * @property {boolean} lists the list is kept; staff get news of every ticket of their teams
 * @property {(name: 'ticket'|'tickets'|'ticketWhole'|'ticketReset'|'news', ...told: unknown[]) => void} emit
 * @property {(command: Command) => unknown} send where there is a connection
 */

export class Tickets {
  /** What this tab follows. @type {TicketFollows|null} */
  follows = null;
  /** @type {Map<number, TicketState>} the newest changes first */
  #states = new Map();

  /** @param {TicketsOptions} on */
  constructor(on) {
    this.on = on;
  }

  /** What the tab that holds the socket tells. @param {Notice} notice */
  told(notice) {
    this.follows?.told(notice);
    if (notice.kind === 'news') this.heard(notice.frame);
    else if (notice.kind === 'forgotten') this.clear();
  }

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
    const states = this.on.lists && afterTicketNews(this.all, frame);
    if (!states) return;
    this.#states = new Map(states.map((one) => [one.ticket, one]));
    this.#changed();
  }

  /** Nothing of this person's is shown any more. */
  clear() {
    this.#states.clear();
    this.#changed();
  }

  #changed() {
    if (this.on.lists) this.on.emit('tickets', this.all);
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
