/**
 * Chats of an agent that ended without them, or whose close was undone, until somebody chooses a status for their
 * tickets. It draws nothing.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { About, Team, Ticket } from '../shared/types.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{number: number, chat: string, customer: {id: string|null, name: string|null}, team: string, at: number, reason: string}} Uncoded
 *   `at`: when the chat ended, ms; `reason`: of `chat.closed`, empty where it is not known
 */

import { Refused } from '../shared/http.js';
import { paced } from '../shared/pace.js';

/** The news of one commit and the next are read together. */
const NEWS_MS = 500;
const SHOWN = 50;
/** Endings after which the agent still chooses the code. */
const WITHOUT_AGENT = ['ended', 'silent'];

export class UncodedChats {
  /** Newest first. @type {Uncoded[]} */
  all = [];
  /** When and why chats ended, by chat; only those that ended while the page was open. @type {Map<string, {at: number, reason: string}>} */
  #endings = new Map();
  /** Tickets that are in the list, or may come into it again. @type {Set<number>} */
  #known = new Set();
  /** Known from events, and not read yet. @type {Set<number>} */
  #fresh = new Set();
  #reading = 0;
  #ask;
  #me;
  #changed;
  #soon;

  /** @param {{ask: Ask, me: string, changed: () => void, newsMs?: number}} given */
  constructor({ ask, me, changed, newsMs = NEWS_MS }) {
    this.#ask = ask;
    this.#me = me;
    this.#changed = changed;
    this.#soon = paced(() => void this.read(), newsMs);
  }

  /** @param {string|null} chat */
  of(chat) {
    return this.all.find((one) => one.chat === chat) ?? null;
  }

  /** A chat of the agent is closed. @param {Durable} frame @param {About|null} about */
  closed({ chat, ticket, status, reason, at: iso }, about) {
    const at = Date.parse(iso);
    this.#endings.set(chat, { at, reason });
    this.#known.add(ticket);
    if (status !== 'open' || !WITHOUT_AGENT.includes(reason) || !about) return;
    this.#fresh.add(ticket);
    const { id, name } = about.customer;
    this.#set([
      { number: ticket, chat, customer: { id, name }, team: about.team, at, reason },
      ...this.all.filter(({ number }) => number !== ticket),
    ]);
    this.#soon();
  }

  /** News of a ticket: a status may have been chosen, or undone. @param {{ticket: number, status: string}} news */
  heard({ ticket, status }) {
    if (this.all.some(({ number }) => number === ticket) || (status === 'open' && this.#known.has(ticket)))
      this.#soon();
  }

  /** Its status was chosen here. @param {number} ticket */
  coded(ticket) {
    this.#fresh.delete(ticket);
    this.#reading += 1;
    this.#set(this.all.filter(({ number }) => number !== ticket));
  }

  async read() {
    this.#reading += 1;
    const mine = this.#reading;
    const before = new Set(this.#fresh);
    const query = new URLSearchParams({ needs_code: 'true', assignee: this.#me, limit: String(SHOWN) });
    try {
      const { data } = await this.#ask('GET', `/api/tickets?${query}`);
      if (mine !== this.#reading) return;
      for (const number of before) this.#fresh.delete(number);
      const found = data.tickets.flatMap((/** @type {Ticket} */ ticket) => this.#entry(ticket));
      const listed = new Set(found.map((/** @type {Uncoded} */ { number }) => number));
      const later = this.all.filter(({ number }) => this.#fresh.has(number) && !listed.has(number));
      this.#set([...later, ...found]);
    } catch (error) {
      // The list stays as it was, and is read again with the next news or connection.
      if (!(error instanceof Refused)) throw error;
    }
  }

  /** @param {Ticket} ticket @returns {Uncoded[]} none for a ticket that no chat made: it has no place among chats */
  #entry({ number, chat, requester, team, created_at: created, waiting_since: waits, flags }) {
    if (!chat || !flags.includes('needs_code')) return [];
    const { at = Math.max(Date.parse(created), waits ? Date.parse(waits) : 0), reason = '' } =
      this.#endings.get(chat) ?? {};
    return [
      {
        number,
        chat,
        customer: { id: requester?.id ?? null, name: requester?.name ?? null },
        team,
        at,
        reason,
      },
    ];
  }

  /** @param {Uncoded[]} all */
  #set(all) {
    this.all = [...all].sort((a, b) => b.at - a.at);
    for (const { number } of all) this.#known.add(number);
    this.#changed();
  }

  /** Time until the seat is free, in ms; 0 if it is. @param {Uncoded} one @param {Map<string, Team>} teams @param {number} now */
  static wrapUp({ at, team }, teams, now) {
    return Math.max(0, at + (teams.get(team)?.wrap_up_s ?? 0) * 1000 - now);
  }
}
