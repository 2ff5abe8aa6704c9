/**
 * The mail about a ticket: whether each letter was delivered, sending one again, whether letters to the requester arrive,
 * and how mails came to be here. Draws nothing; reports `change`.
 *
 * @import { Ask, TicketWork } from './ticket-work.js'
 * @typedef {{id: number, kind: string, to: string, reply: number|null, bare: boolean, state: 'waiting'|'accepted'|'failed', created_at: string, settled_at: string|null, next_try: string|null, error: string|null, bounced_at: string|null, covered_by: number|null}} Letter
 * @typedef {{email: string, verified: boolean, health: 'ok'|'soft'|'bounced', since: string|null, why: string|null}} Address
 * @typedef {{id: number, received_at: string, from: string|null, subject: string|null, state: 'done'|'suspended', kind: 'bounce'|'automatic'|'reply'|'new'|'loop'|null, reason: string|null, matched_by: 'reply_address'|'message_id'|'references'|null, authentication: {verdict: 'pass'|'fail'|'none', detail: string}|null, reply: number|null, has_quoted: boolean}} Mail
 * @typedef {{letters_before: number, mails_before: number}} Earlier
 * @typedef {{text: string, why: string, bad: boolean, action: string}} Words `why`: the reason of a failure; `action`: the button's, empty without one
 */

import { Refused } from '../shared/http.js';

const FIRST_MS = 1_500;
const LAST_MS = 60_000;

/** The letters that are followed, by the work on their ticket. @type {WeakMap<object, TicketLetters>} */
export const ofTickets = new WeakMap();

export class TicketLetters extends EventTarget {
  /** @type {Letter[]} */
  list = [];
  /** The requester's. @type {Address|null} */
  address = null;
  /** Mails that came in. @type {Mail[]} */
  mails = [];
  /** The requester's language. @type {string|null} */
  locale = null;
  /** What was cut off mails that somebody wanted to see, by their ids. @type {Map<number, string>} */
  quoted = new Map();
  /** Why the address could not be tried again; empty if nothing was refused. */
  addressRefused = '';
  /** Why the conversation could not be mailed; empty if nothing was refused. */
  transcriptRefused = '';
  /** Why a letter could not be sent again, by its id. @type {Map<number, string>} */
  refused = new Map();
  /** @type {unknown} */
  #seen = null;
  /** The newest ones were asked for, and the answer is here. */
  known = false;
  /** True once all earlier letters and mails were read. */
  #read = false;
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

  /** Reads the letters, and again whenever the ticket has changed. @param {TicketWork} work */
  follow(work) {
    ofTickets.set(work, this);
    // Those of a ticket that is still on its way are read with it: their lines are to be there when it is drawn.
    let early = !work.ticket;
    const read = () => {
      const { ticket } = work;
      if (!ticket || ticket === this.#seen) return;
      this.#seen = ticket;
      this.#pause = FIRST_MS;
      if (!early) this.refresh();
      early = false;
    };
    work.addEventListener('change', read);
    if (early) this.refresh();
    else read();
  }

  async refresh() {
    clearTimeout(this.#timer);
    try {
      const { data } = await this.ask('GET', `${this.path}/letters`);
      const { letters, address, mails, earlier, locale = null } = data;
      this.locale = locale;
      const [known, received] = earlier ? [before(this.list, letters), before(this.mails, mails)] : [[], []];
      this.#take({ letters: [...known, ...letters], address, mails: [...received, ...mails] });
      if (!this.#read) await this.#readEarlier(data.earlier);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    if (!this.known) {
      this.known = true;
      this.dispatchEvent(new Event('change'));
    }
    if (!this.list.some(({ state }) => state === 'waiting')) return;
    this.#timer = this.later(() => this.refresh(), this.#pause);
    this.#pause = Math.min(2 * this.#pause, LAST_MS);
  }

  /** Reads the letters and mails before the newest ones, once. @param {Earlier|null} earlier */
  async #readEarlier(earlier) {
    while (earlier) {
      const { letters_before: letters, mails_before: mails } = earlier;
      const { data } = await this.ask('GET', `${this.path}/letters?letters_before=${letters}&mails_before=${mails}`);
      this.#take({
        letters: [...data.letters, ...this.list.filter(({ id }) => id >= letters)],
        address: this.address,
        mails: [...data.mails, ...this.mails.filter(({ id }) => id >= mails)],
      });
      earlier = data.earlier;
    }
    this.#read = true;
  }

  /** @param {number} id */
  send(id) {
    return this.#does(`letters/${id}/send`, (refused) =>
      refused ? this.refused.set(id, refused) : this.refused.delete(id),
    );
  }

  /** Lets letters go to the requester's address again. */
  tryAgain() {
    return this.#does('address/try-again', (refused) => (this.addressRefused = refused));
  }

  /** Mails the conversation to the requester. */
  mailTranscript() {
    return this.#does('transcript', (refused) => (this.transcriptRefused = refused));
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

  /** The newest letter with the whole conversation. */
  get transcript() {
    return this.list.findLast(({ kind }) => kind === 'transcript');
  }

  /** Letters that need attention and stand below no reply. */
  get others() {
    return this.list.filter(
      ({ reply, kind, state, error }) =>
        (reply === null || (kind !== 'reply' && kind !== 'solved')) &&
        (state === 'failed' || (state === 'waiting' && error !== null)),
    );
  }

  /** Asks for a change, and reads the letters again. @param {string} what @param {(refused: string) => void} keep takes why it was refused */
  async #does(what, keep) {
    keep('');
    try {
      await this.ask('POST', `${this.path}/${what}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      keep(error.message);
    }
    this.#pause = FIRST_MS;
    await this.refresh();
    this.dispatchEvent(new Event('change'));
  }

  /** @param {{letters: Letter[], address: Address|null, mails: Mail[]}} told */
  #take({ letters, address, mails }) {
    const known = JSON.stringify([this.list, this.address, this.mails]);
    if (known === JSON.stringify([letters, address, mails])) return;
    this.list = letters;
    this.address = address;
    this.mails = mails;
    this.dispatchEvent(new Event('change'));
  }
}

/** What is known from before the newest ones. @template {{id: number}} T @param {T[]} known @param {T[]} newest @returns {T[]} */
const before = (known, newest) => known.filter(({ id }) => newest.length === 0 || id < newest[0].id);
