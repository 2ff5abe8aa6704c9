/**
 * The hand-overs of a ticket to its account team: whether they arrived, and whether the team took them. Draws nothing;
 * reports `change`.
 *
 * @import { Ask, TicketWork } from './ticket-work.js'
 * @typedef {{state: 'waiting'|'accepted'|'failed', attempts: number, settled_at: string|null, next_try: string|null, error: string|null}} Webhook
 * @typedef {{id: number, account_team: string|null, created_at: string, sent_at: string|null, acknowledged_at: string|null, acknowledged_by: 'letter'|'webhook'|'staff'|null, external_ref: string|null, webhook: Webhook|null}} Handover
 * @typedef {{text: string, why: string, bad: boolean, action: string}} Words `why`: the reason of a failure; `action`: the button's, empty without one
 */

import { Refused } from '../shared/http.js';

const FIRST_MS = 1_500;
const LAST_MS = 60_000;

export class TicketHandovers extends EventTarget {
  /** @type {Handover[]} */
  list = [];
  /** Why the last action on a hand-over was refused, by its id. @type {Map<number, string>} */
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
    this.address = `/api/tickets/${number}/handovers`;
    this.later = later;
  }

  /** Reads the hand-overs now, and whenever the ticket has changed. @param {TicketWork} work */
  follow(work) {
    const read = () => {
      if (work.ticket === this.#seen) return;
      this.#seen = work.ticket;
      this.#pause = FIRST_MS;
      this.refresh();
    };
    work.addEventListener('change', read);
    read();
  }

  async refresh() {
    clearTimeout(this.#timer);
    try {
      const { data } = await this.ask('GET', this.address);
      this.list = data.handovers;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    this.dispatchEvent(new Event('change'));
    const waits = this.list.some(
      ({ account_team, sent_at, webhook }) => webhook?.state === 'waiting' || (account_team && sent_at === null),
    );
    if (!waits) return;
    this.#timer = this.later(() => this.refresh(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, LAST_MS);
  }

  /** Sends the webhook again. @param {number} id */
  send(id) {
    return this.#change(id, 'send');
  }

  /** Records that the account team took the hand-over. @param {number} id @param {string} reference */
  acknowledge(id, reference) {
    return this.#change(id, 'acknowledge', { external_ref: reference.trim() || null });
  }

  /** @param {number} id @param {string} action @param {object} [body] */
  async #change(id, action, body) {
    this.refused.delete(id);
    try {
      await this.ask('POST', `${this.address}/${id}/${action}`, body);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused.set(id, error.message);
    }
    this.#pause = FIRST_MS;
    await this.refresh();
  }
}

/** @param {Handover} handover @param {(moment: string) => string} clock the time of day @returns {Words} */
export function handoverWords({ account_team: team, sent_at: sent, webhook }, clock) {
  const words = (/** @type {string} */ text, action = '', why = webhook?.error ?? '') => ({
    text,
    why,
    bad: why !== '',
    action,
  });
  if (team === null)
    return words('Handed over to nobody', '', 'Neither the client nor the team has an account team in the settings');
  if (webhook?.state === 'failed') return words(`Webhook to ${team} not delivered`, 'Send again');
  if (webhook?.state === 'waiting' && webhook.error !== null)
    return words(`Webhook to ${team} not delivered yet. Next try at ${clock(webhook.next_try ?? '')}`, 'Send now');
  return words(sent === null ? `On its way to ${team}` : `Sent to ${team}`);
}

/** @param {Handover} handover @param {(moment: string) => string} moment in words */
export function acknowledgedWords(
  { account_team, acknowledged_at: at, acknowledged_by: by, external_ref: reference },
  moment,
) {
  if (at === null) return '';
  return `Acknowledged ${by === 'letter' ? `by ${account_team} ` : ''}${moment(at)}${reference ? ` as ${reference}` : ''}`;
}
