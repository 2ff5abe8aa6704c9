/**
 * The mail about a ticket: whether each letter was delivered, sending one again, whether letters to the requester arrive,
 * and how mails came to be here. Draws nothing; reports `change`.
 *
 * @import { Ask, TicketWork } from './ticket-work.js'
 * @typedef {{id: number, kind: string, to: string, reply: number|null, bare: boolean, state: 'waiting'|'accepted'|'failed', created_at: string, settled_at: string|null, next_try: string|null, error: string|null, bounced_at: string|null}} Letter
 * @typedef {{email: string, verified: boolean, health: 'ok'|'soft'|'bounced', since: string|null, why: string|null}} Address
 * @typedef {{id: number, received_at: string, from: string|null, subject: string|null, state: 'done'|'suspended', kind: 'bounce'|'automatic'|'reply'|'new'|'loop'|null, reason: string|null, matched_by: 'reply_address'|'message_id'|'references'|null, authentication: {verdict: 'pass'|'fail'|'none', detail: string}|null, reply: number|null, has_quoted: boolean}} Mail
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
  confirm_ticket: 'Link to confirm the address',
  assigned: 'Notice to the assignee',
  customer_replied: 'Notice to the assignee',
  handover: 'Hand-over',
};

export class TicketLetters extends EventTarget {
  /** @type {Letter[]} */
  list = [];
  /** The requester's. @type {Address|null} */
  address = null;
  /** Mails that came in. @type {Mail[]} */
  mails = [];
  /** What was cut off mails that somebody wanted to see, by their ids. @type {Map<number, string>} */
  quoted = new Map();
  /** Why the address could not be tried again; empty if nothing was refused. */
  addressRefused = '';
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
    this.path = `/api/tickets/${number}`;
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
      const { data } = await this.ask('GET', `${this.path}/letters`);
      this.#take(data);
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
      await this.ask('POST', `${this.path}/letters/${id}/send`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused.set(id, error.message);
    }
    this.#pause = FIRST_MS;
    await this.refresh();
    this.dispatchEvent(new Event('change'));
  }

  /** Lets letters go to the requester's address again. */
  async tryAgain() {
    this.addressRefused = '';
    try {
      await this.ask('POST', `${this.path}/address/try-again`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.addressRefused = error.message;
    }
    this.#pause = FIRST_MS;
    await this.refresh();
    this.dispatchEvent(new Event('change'));
  }

  /** Shows what was cut off a mail, or hides it again. @param {number} id */
  async toggleQuoted(id) {
    if (!this.quoted.delete(id)) {
      try {
        const { data } = await this.ask('GET', `${this.path}/mails/${id}/quoted`);
        this.quoted.set(id, data.text);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        this.quoted.set(id, error.message);
      }
    }
    this.dispatchEvent(new Event('change'));
  }

  /** The mail that became a reply. @param {number} seq */
  behind(seq) {
    return this.mails.find(({ reply, state }) => reply === seq && state === 'done');
  }

  /** Mails for this ticket that staff must decide about. */
  get held() {
    return this.mails.filter(({ state }) => state === 'suspended');
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

  /** @param {{letters: Letter[], address: Address|null, mails: Mail[]}} told */
  #take({ letters, address, mails }) {
    const before = JSON.stringify([this.list, this.address, this.mails]);
    if (before === JSON.stringify([letters, address, mails])) return;
    this.list = letters;
    this.address = address;
    this.mails = mails;
    this.dispatchEvent(new Event('change'));
  }
}

/** @param {Letter} letter @param {(moment: string) => string} clock the time of day @returns {Words} */
export function letterWords({ to, bare, state, created_at, next_try, error, bounced_at }, clock) {
  const words = (/** @type {string} */ text, action = '') => ({ text, why: error ?? '', bad: error !== null, action });
  const at = next_try === null ? '' : clock(next_try);
  if (state === 'failed' && bounced_at !== null) return words(`Mail to ${to} came back`, 'Send again');
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

/** What the requester's address is known to do. @param {Address} address @param {(moment: string) => string} stamp @returns {Words} */
export function addressWords({ verified, health, since, why }, stamp) {
  const at = since === null ? '' : stamp(since);
  if (health === 'bounced')
    return { text: `Came back (${at}): no reminders, no auto-solving`, why: why ?? '', bad: true, action: 'Try again' };
  if (health === 'soft') return { text: `Delayed (${at})`, why: why ?? '', bad: true, action: '' };
  return { text: verified ? 'Arrives' : 'Not confirmed: number and link only', why: '', bad: false, action: '' };
}

/** @type {Record<string, string>} */
const MATCHED = {
  reply_address: 'found by the reply address',
  message_id: 'found as an answer to our letter',
  references: 'found as an answer to an earlier mail',
};
const PROVEN = { pass: 'sender proven', fail: 'sender not proven', none: 'sender not checked' };

/** How a mail came to be on the ticket. `why`: what speaks against its sender. @param {Mail} mail @returns {Words} */
export function mailWords({ from, matched_by, authentication }) {
  const verdict = authentication?.verdict ?? 'none';
  const text = [`By mail from ${from}`, MATCHED[matched_by ?? ''] ?? 'opened this ticket', PROVEN[verdict]].join(', ');
  const bad = verdict === 'fail';
  return { text, why: bad ? (authentication?.detail ?? '') : '', bad, action: '' };
}
