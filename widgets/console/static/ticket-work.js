/**
 * A person's work on one ticket: the ticket as it was read and as it changes, the form of its properties, and what they
 * write. It draws nothing. It reports `change` when something must be drawn again, `faulty` when a field was refused,
 * `sent` after a reply, `heard` when something was written, and `leave` with the address of another page.
 *
 * @import { Frame, TicketEvent } from '../shared/client/types.js'
 * @import { Drafts } from '../shared/drafts.js'
 * @import { SendAs } from './send-as.js'
 * @import { Limits, Post } from '../shared/uploads.js'
 * @import { Change, Me, Team, Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{by: Change['by']|undefined, differences: ReturnType<typeof differences>}} Conflict
 * @typedef {{staff: string, name: string, teams: string[]}} Person
 * @typedef {{id: string, name: string, writing: boolean}} Present
 */

import { DeskError } from '../shared/client/errors.js';
import { Refused } from '../shared/http.js';
import { WITH_REPLY, changes, differences, rebased, toForm, visible } from './properties.js';
import { lastSeen, lastSeq, withEvent } from './ticket-story.js';
import { TicketWriting } from './ticket-writing.js';

/** Fields on which others depend. */
const SHAPING = new Set(['status', 'with', 'resolution', 'product', 'team', 'assignee']);

export class TicketWork extends EventTarget {
  /** @type {Ticket|null} null until it was read */
  ticket = null;
  #etag = '';
  /** @type {Team[]} */
  teams = [];
  /** Colleagues on the reader's teams. @type {Person[]} */
  people = [];
  /** @type {Record<string, string>} */
  form = {};
  loading = false;
  /** Why there is no ticket. @type {{missing: boolean, message: string}|null} */
  fault = null;
  /** Faults, by field. @type {Record<string, string>} */
  wrong = {};
  /** A fault that belongs to no visible field. */
  message = '';
  /** @type {Conflict|null} somebody else saved first */
  conflict = null;
  /** For screen readers: the last action. */
  said = '';
  saving = false;
  /** A reply is sent also if the page is left, with its status. */
  leaving = false;
  /** The reader goes on with something else on this page. */
  elsewhere = false;
  /** What a change to this status also sends. @type {(status?: string) => import('./macro-words.js').Along} */
  also = () => ({});
  /** What a reply with its status still lacks: a sentence for each field. @type {() => Record<string, string>} */
  lacks = () => ({});
  /** The reader may not see it any more. */
  lost = false;
  /** Colleagues who have the ticket open. @type {Present[]} */
  others = [];
  /** The last event of its own log that the reader had seen when it was opened, or when they wrote. @type {number|null} */
  since = null;
  /** @type {Promise<void>|null} */
  #catching = null;
  #behind = false;

  /** @param {{ask: Ask, number: number, me: Me, words: Vocabulary, drafts: Drafts, sendAs: SendAs, limits: () => Limits, post?: Post, now?: () => number}} given */
  constructor({ ask, number, me, words, drafts, sendAs, limits, post, now }) {
    super();
    this.ask = ask;
    this.number = number;
    this.me = me;
    this.words = words;
    this.writing = new TicketWriting({ work: this, drafts, sendAs, limits, post, now });
  }

  get address() {
    return `/api/tickets/${this.number}`;
  }

  redraw() {
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string} address */
  leave(address) {
    this.dispatchEvent(new CustomEvent('leave', { detail: address }));
  }

  /** @param {string} key */
  teamName(key) {
    return this.teams.find(({ team }) => team === key)?.name ?? key;
  }

  /** @param {string} id of staff */
  nameOf(id) {
    if (id === this.me.id) return this.me.name;
    return this.people.find(({ staff }) => staff === id)?.name ?? this.ticket?.assignee?.name ?? id;
  }

  async load() {
    this.loading = true;
    this.redraw();
    try {
      const [found, hours, staff] = await Promise.all([
        this.ask('GET', this.address),
        this.ask('GET', '/api/hours'),
        this.ask('GET', '/api/staff'),
      ]);
      this.teams = hours.data.teams;
      this.people = staff.data;
      this.fault = null;
      this.#take(found);
      this.since ??= lastSeen(this.ticket);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) this.leave(`/sign-in?next=${encodeURIComponent(`/tickets/${this.number}`)}`);
      else this.fault = { missing: error.status === 404 || error.status === 403, message: error.message };
    } finally {
      this.loading = false;
      this.redraw();
    }
  }

  /** @param {{data: Ticket, etag: string|null}} answer */
  #take({ data, etag }) {
    this.ticket = data;
    this.#etag = etag ?? `"${data.version}"`;
    this.form = toForm(data);
  }

  /** Loads the ticket again. A field that somebody else and this person have changed is a conflict. */
  async refresh() {
    const before = this.ticket;
    this.#meet(await this.ask('GET', this.address));
    const after = this.ticket;
    if (before && after) {
      const found = differences(before, after);
      if (found.some(({ field }) => this.changed.includes(field)))
        this.conflict = { by: after.history?.at(-1)?.by, differences: found };
    }
    this.redraw();
  }

  // -- properties ----------------------------------------------------------------------------

  /** Names of the fields that differ from what is stored. */
  get changed() {
    return this.ticket ? Object.keys(changes(this.ticket, this.form)) : [];
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this.form = { ...this.form, [name]: value };
    if (SHAPING.has(name)) {
      if (Object.keys(this.wrong).length) this.writing.wrong = '';
      this.wrong = {};
    }
    this.redraw();
  }

  undo() {
    if (this.ticket) this.form = toForm(this.ticket);
    this.refuse({});
    this.conflict = null;
    this.redraw();
  }

  /** @returns {Promise<void>} */
  async save(again = true) {
    const { ticket } = this;
    const body = ticket ? changes(ticket, this.form) : {};
    if (!Object.keys(body).length) return;
    Object.assign(body, this.also());
    this.refuse({});
    this.saving = true;
    this.redraw();
    try {
      const found = await this.ask('PATCH', this.address, { body, headers: { 'If-Match': this.#etag } });
      this.#meet(found, Object.keys(body));
      this.conflict = null;
      this.said = 'Saved';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 412) await this.#meetConflict();
      else this.refuse(error.fields, error.message);
    } finally {
      this.saving = false;
      this.redraw();
    }
    // Only a letter or a note came meanwhile.
    if (again && this.conflict?.differences.length === 0) {
      this.conflict = null;
      return this.save(false);
    }
    this.pointOut();
  }

  async #meetConflict() {
    const before = this.ticket;
    await this.refresh();
    const after = this.ticket;
    // It may have come live before the answer.
    if (before && after && (before.version < after.version || !this.conflict))
      this.conflict = { by: after.history?.at(-1)?.by, differences: differences(before, after) };
  }

  /** @param {Record<string, string>} fields @param {string} [message] shown if no field of the form is at fault */
  refuse(fields, message = '') {
    const shown = this.ticket ? visible(this.form, this.ticket.status) : new Set();
    this.wrong = fields;
    this.message = Object.keys(fields).some((name) => shown.has(name)) ? '' : message;
  }

  pointOut() {
    if (Object.keys(this.wrong).length) this.dispatchEvent(new Event('faulty'));
  }

  // -- what comes from the desk --------------------------------------------------------------

  /** Number of the last event of the ticket's own log; 0 without any. */
  get lastSeq() {
    return lastSeq(this.ticket);
  }

  /** An event of the ticket's own log, live. @param {TicketEvent} frame `ticket.reply`, `ticket.note` or `ticket.redacted` */
  hear(frame) {
    const { ticket } = this;
    if (!ticket || frame.seq <= this.lastSeq) return;
    this.ticket = { ...ticket, transcript: withEvent(ticket.transcript ?? [], frame) };
    const own = frame.from.id === this.me.id;
    if (own) this.writing.stored(frame.text ?? null);
    else this.said = heardWords(frame);
    this.redraw();
    this.dispatchEvent(new CustomEvent('heard', { detail: { own } }));
  }

  /** Removes a reply or a note of the ticket's own log. Rejects with a DeskError. @param {{of: number, reason: string}} said */
  async remove(said) {
    try {
      this.#meet(await this.ask('POST', `${this.address}/redactions`, { body: said }));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new DeskError({ code: error.code, message: error.message });
    }
    this.redraw();
  }

  /** Properties were changed, by anybody. @param {Frame} news `ticket.changed` */
  async altered({ version, changed }) {
    if (!this.ticket) return;
    // Without a new version there is no new line in the history: only clocks have moved.
    if (version > this.ticket.version) await this.catchUp();
    else this.ticket = { ...this.ticket, ...changed };
    this.redraw();
  }

  /** Loads the ticket again, once more if it changes meanwhile. */
  async catchUp() {
    this.#behind = true;
    this.#catching ??= this.#catchUp().finally(() => {
      this.#catching = null;
    });
    await this.#catching;
  }

  async #catchUp() {
    try {
      while (this.#behind) {
        this.#behind = false;
        await this.refresh();
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 404) this.lose();
      // Otherwise the next change, or the next connection, brings it.
    }
  }

  /** The reader may no longer see it. What they wrote stays. */
  lose() {
    this.ticket = null;
    this.conflict = null;
    this.lost = true;
    this.redraw();
  }

  /** Colleagues who have the ticket open. @param {Present[]} staff */
  beside(staff) {
    this.others = staff.filter(({ id }) => id !== this.me.id);
    this.redraw();
  }

  /** A reply or a note was stored. @param {{data: Ticket, etag: string|null}} answer @param {string} said */
  wrote(answer, said) {
    this.#meet(answer, WITH_REPLY);
    this.since = this.lastSeq;
    this.said = said;
    this.redraw();
    this.dispatchEvent(new CustomEvent('sent', { detail: said }));
  }

  /** A newer state. What was typed stays in the form. @param {{data: Ticket, etag: string|null}} found @param {string[]} [stored] fields that are no changes of the form any more */
  #meet(found, stored = []) {
    const { form, ticket, lastSeq: last } = this;
    if (this.lost || (ticket && found.data.version < ticket.version)) return;
    const longer = ticket && lastSeq(found.data) < last ? { transcript: ticket.transcript } : {};
    const data = { ...found.data, ...longer };
    this.#take({ ...found, data });
    const fresh = this.form;
    if (ticket)
      this.form = { ...rebased(form, ticket, data), ...Object.fromEntries(stored.map((name) => [name, fresh[name]])) };
  }
}

/** An event for screen readers. @param {TicketEvent} frame */
function heardWords({ type, from }) {
  const by = from.name ?? (from.kind === 'customer' ? 'The customer' : 'The system');
  if (type === 'ticket.redacted') return `${by} removed a text`;
  return `${by} ${type === 'ticket.note' ? 'added a note' : 'wrote a reply'}`;
}
