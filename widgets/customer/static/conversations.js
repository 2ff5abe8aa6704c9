/**
 * The customer's conversations: pages of their tickets from the desk, kept up by news.
 *
 * @import { TicketState } from '../shared/client/types.js'
 *
 * @typedef {{kind: string, id: string|null, name: string|null}} Person
 * @typedef {{at: string, from: Person, text: string|null, files: number, own: boolean, seq?: number}} Last
 * @typedef {Object} Ticket what the view needs of a ticket as the desk tells it
 * @property {number} number
 * @property {string} status
 * @property {string|null} subject
 * @property {string} updated_at
 * @property {string|null} closed_at
 * @property {string|null} reopen_until
 * @property {{id: string, name: string}|null} assignee
 * @property {number} unread
 * @property {Last|null} last
 * @property {string|null} live
 */

export const PAGE = 20;

export class Conversations {
  /** The newest changes first. @type {Ticket[]} */
  tickets = [];
  /** Cursor of the next page. @type {string|null} */
  next = null;
  /** @type {'new'|'ready'|'failed'} */
  state = 'new';
  /** The page that is on its way. @type {Promise<void>|null} */
  #loading = null;
  #again = false;
  /** Ids under which this reader writes. @type {Set<string|null>} */
  #own = new Set();

  /**
   * @param {Object} means
   * @param {(query: {limit: number, cursor?: string}) => Promise<{tickets: Ticket[], next: string|null}>} means.ask
   * @param {() => TicketState[]} means.known what the desk has told without being asked
   * @param {() => void} means.changed
   */
  constructor(means) {
    this.means = means;
  }

  get busy() {
    return this.#loading !== null;
  }

  /** Loads the first page; what was loaded of later pages stays. */
  load() {
    if (this.#loading) this.#again = true;
    else this.#fetch();
  }

  /** Loads the next page. */
  more() {
    if (this.next && !this.#loading) this.#fetch(this.next);
  }

  /** Another person: nothing of the last one stays. */
  clear() {
    this.tickets = [];
    this.next = null;
    this.state = 'new';
    this.#own.clear();
  }

  /** The reader may not see a ticket any more. @param {number} number */
  lose(number) {
    this.tickets = this.tickets.filter((one) => one.number !== number);
    this.means.changed();
  }

  /** Takes over what the desk tells by itself. */
  heard() {
    if (this.state !== 'ready') return;
    const byNumber = new Map(this.tickets.map((one) => [one.number, one]));
    let stale = false;
    for (const news of this.means.known()) {
      const ticket = byNumber.get(news.ticket);
      // A ticket beyond the loaded pages is no news.
      if (!ticket) stale ||= news.last !== null;
      else {
        stale ||= ticket.status !== news.status || isPartial(ticket, news);
        byNumber.set(ticket.number, this.#after(ticket, news));
      }
    }
    this.#keep([...byNumber.values()]);
    if (stale) this.load();
    else this.means.changed();
  }

  /** @param {string} [cursor] */
  #fetch(cursor) {
    this.#loading = this.#page(cursor).finally(() => {
      this.#loading = null;
      if (this.#again) {
        this.#again = false;
        this.load();
      }
      this.means.changed();
    });
    this.means.changed();
  }

  /** @param {string} [cursor] */
  async #page(cursor) {
    try {
      const { tickets, next } = await this.means.ask({ limit: PAGE, ...(cursor ? { cursor } : {}) });
      // A first page that is loaded again says nothing about where the later ones end.
      if (cursor || this.tickets.length <= PAGE) this.next = next;
      const fresh = new Set(tickets.map(({ number }) => number));
      const others =
        cursor || this.tickets.length > PAGE ? this.tickets.filter(({ number }) => !fresh.has(number)) : [];
      for (const { last } of tickets) if (last?.own) this.#own.add(last.from.id);
      this.#keep([...others, ...tickets]);
      this.state = 'ready';
    } catch {
      this.state = this.tickets.length ? 'ready' : 'failed';
    }
  }

  /** @param {Ticket} ticket @param {TicketState} news @returns {Ticket} */
  #after(ticket, { unread, last }) {
    // A text that is missing was removed, perhaps another than the last one: the desk knows.
    if (!last?.text || last.at <= (ticket.last?.at ?? '')) return { ...ticket, unread };
    const own = last.from.kind === 'customer' && this.#own.has(last.from.id);
    return { ...ticket, unread, updated_at: last.at, last: { ...last, files: 0, own } };
  }

  /** @param {Ticket[]} tickets */
  #keep(tickets) {
    this.tickets = tickets.sort((one, other) => (one.updated_at < other.updated_at ? 1 : -1));
  }
}

/** The news do not say all: a text was removed, a file came, or a customer wrote, who may be the reader. @param {Ticket} ticket @param {TicketState} news */
function isPartial({ last: known }, { last }) {
  if (!last || last.at < (known?.at ?? '')) return false;
  return last.at === known?.at
    ? last.text === null && known.text !== null
    : !last.text || last.from.kind === 'customer';
}
