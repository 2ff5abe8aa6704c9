/**
 * The tickets of a customer, beside their chat: their own, those of their address, their company's. It draws nothing.
 *
 * @import { Customer, Ticket } from '../shared/types.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {'requester'|'email'|'client'} By
 * @typedef {{by: By, tickets: Ticket[], href: string}} TicketGroup
 */

import { Refused } from '../shared/http.js';
import { paced } from '../shared/pace.js';

export const SHOWN = 5;
/** Enough that a group is filled after the tickets of the others have left it. */
const READ = 25;
/** Other tickets change all day; one of them may be a new one of this customer. */
const NEWS_MS = 5_000;

/** The filter of each group. @param {Customer} customer @returns {Array<[By, string]>} */
function filters({ id, email, client }) {
  const all = /** @type {Array<[By, string|null|undefined]>} */ ([
    ['requester', id],
    ['email', email],
    ['client', client],
  ]);
  return all.flatMap(([by, value]) => (value ? [/** @type {[By, string]} */ ([by, value])] : []));
}

/**
 * Each ticket in the first group that it belongs to. A proven address makes a ticket theirs that names no other person.
 * @param {Customer} customer @param {Map<By, Ticket[]>} found @returns {TicketGroup[]} those with tickets
 */
export function grouped(customer, found) {
  const listed = new Set();
  const claims = (/** @type {Ticket} */ { requester }) => customer.verified && requester?.id === null;
  const groups = filters(customer).map(([by, value]) => {
    let all = found.get(by) ?? [];
    if (by === 'requester') {
      all = [...all, ...(found.get('email') ?? []).filter(claims)];
      all.sort((a, b) => Date.parse(b.updated_at) - Date.parse(a.updated_at));
    }
    const tickets = all.filter(({ number }) => !listed.has(number));
    for (const { number } of tickets) listed.add(number);
    return {
      by,
      tickets: tickets.slice(0, SHOWN),
      href: `/tickets?${new URLSearchParams({ view: 'all', [by]: value })}`,
    };
  });
  return groups.filter(({ tickets }) => tickets.length > 0);
}

export class CustomerTickets {
  /** @type {TicketGroup[]} empty until they are known */
  groups = [];
  /** @type {Customer|null} */
  #customer = null;
  #key = '';
  /** Counts the readings: an answer to an older one is dropped. */
  #reading = 0;
  #ask;
  #changed;
  #soon;

  /** @param {{ask: Ask, changed: () => void, newsMs?: number}} given */
  constructor({ ask, changed, newsMs = NEWS_MS }) {
    this.#ask = ask;
    this.#changed = changed;
    this.#soon = paced(() => void this.read(), newsMs);
  }

  /** Reads them again for another chat, and when the chat's state changes. @param {Customer|null} customer @param {string} chat @param {string} state */
  show(customer, chat, state) {
    const key = JSON.stringify([chat, state, customer]);
    if (key === this.#key) return;
    if (customer?.id !== this.#customer?.id) this.groups = [];
    this.#key = key;
    this.#customer = customer;
    void this.read();
  }

  /** A ticket changed, which may be one of them. */
  heard() {
    if (this.#customer) this.#soon();
  }

  async read() {
    const customer = this.#customer;
    this.#reading += 1;
    const mine = this.#reading;
    if (!customer) return;
    try {
      const found = await Promise.all(filters(customer).map(([by, value]) => this.#page(by, value)));
      if (mine !== this.#reading) return;
      this.groups = grouped(customer, new Map(found));
      this.#changed();
    } catch (error) {
      // Only a help: the column shows the customer without them.
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** @param {By} by @param {string} value @returns {Promise<[By, Ticket[]]>} */
  async #page(by, value) {
    const query = new URLSearchParams({ [by]: value, limit: String(READ), sort: '-updated_at' });
    return [by, (await this.#ask('GET', `/api/tickets?${query}`)).data.tickets];
  }
}
