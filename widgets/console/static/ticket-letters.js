/**
 * The letters about a ticket: whether each was delivered, and sending one again. Draws nothing; reports `change`.
 *
 * @import { Ask, TicketWork } from './ticket-work.js'
 * @typedef {{id: number, kind: string, to: string, reply: number|null, bare: boolean, state: 'waiting'|'accepted'|'failed', created_at: string, settled_at: string|null, next_try: string|null, error: string|null}} Letter
 * @typedef {{text: string, why: string, bad: boolean, action: string}} Words `why`: the reason of a failure; `action`: the button's, empty without one
 */

import { Refused } from '../shared/http.js';

const FIRST_MS = 1_500;
const LAST_MS = 60_000;

/** @type {Record<string, string>} */
const NAMES = {
  received: 'Receipt',
  reply: 'Reply',
  reminder_1: 'First reminder',
  reminder_2: 'Second reminder',
  auto_solved: 'Notice that it is solved',
  solved: 'Notice that it is solved',
  reopened: 'Notice that it is open again',
  handover_notice: 'Notice of the hand-over',
  assigned: 'Notice to the assignee',
  customer_replied: 'Notice to the assignee',
  handover: 'Hand-over',
};

export class TicketLetters extends EventTarget {
  /** @type {Letter[]} */
  list = [];
  /** Why a letter could not be sent again, by its id. @type {Map<number, string>} */
  refused = new Map();
  /** @type {unknown} */
  #seen = null;
  #pause = FIRST_MS;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {{ask: Ask, number: number, later?: (then: () => void, ms: number) => ReturnType<typeof setTimeout>}} given */
  constructor({ ask, number, later = (then, ms) => setTimeout(then, ms) }) {
    super();
    this.ask = ask;
    this.address = `/api/tickets/${number}/letters`;
    this.later = later;
  }

  /** Reads the letters again whenever the ticket has changed. @param {TicketWork} work */
  follow(work) {
    work.addEventListener('change', () => {
      const { ticket } = work;
      if (!ticket || ticket === this.#seen) return;
      this.#seen = ticket;
      this.#pause = FIRST_MS;
      this.refresh();
    });
  }

  async refresh() {
    clearTimeout(this.#timer);
    try {
      const { data } = await this.ask('GET', this.address);
      this.#take(data.letters);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    if (!this.list.some(({ state }) => state === 'waiting')) return;
    this.#timer = this.later(() => this.refresh(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, LAST_MS);
  }

  /** @param {number} id */
  async send(id) {
    this.refused.delete(id);
    try {
      await this.ask('POST', `${this.address}/${id}/send`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused.set(id, error.message);
    }
    this.#pause = FIRST_MS;
    await this.refresh();
    this.dispatchEvent(new Event('change'));
  }

  /** The letter to the requester about a reply. @param {number} seq */
  about(seq) {
    return this.list.findLast(({ reply, kind }) => reply === seq && (kind === 'reply' || kind === 'solved'));
  }

  /** Letters about no reply that need attention. */
  get others() {
    return this.list.filter(
      ({ reply, kind, state, error }) =>
        (reply === null || kind === 'customer_replied' || kind === 'assigned') &&
        (state === 'failed' || (state === 'waiting' && error !== null)),
    );
  }

  /** @param {Letter[]} list */
  #take(list) {
    const [before, now] = [JSON.stringify(this.list), JSON.stringify(list)];
    if (before === now) return;
    this.list = list;
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {Letter} letter @param {(moment: string) => string} clock the time of day @returns {Words} */
export function letterWords({ to, bare, state, created_at, next_try, error }, clock) {
  const words = (/** @type {string} */ text, action = '') => ({ text, why: error ?? '', bad: error !== null, action });
  const at = next_try === null ? '' : clock(next_try);
  if (state === 'failed') return words(`Not mailed to ${to}`, 'Send again');
  if (state === 'waiting' && error !== null) return words(`Not mailed to ${to} yet. Next try at ${at}`, 'Send now');
  if (state === 'accepted')
    return words(bare ? `Mailed number and link to ${to}. The address is not confirmed` : `Mailed to ${to}`);
  // The limit of an address that is not confirmed.
  if (bare && (next_try ?? '') > created_at)
    return words(`Number and link go to ${to} at ${at}. The address is not confirmed: one mail an hour`);
  return words(`On its way to ${to}`);
}

/** @param {Letter} letter */
export const letterName = ({ kind }) => NAMES[kind] ?? 'Letter';
