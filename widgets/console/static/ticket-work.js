/**
 * A person's work on one ticket: the ticket as it was read, the form of its properties, and the reply in the box. It
 * draws nothing. It reports `change` when something must be drawn again, `faulty` when a field was refused, `sent` after
 * a reply, and `leave` with the address of another page.
 *
 * @import { Drafts } from '../shared/drafts.js'
 * @import { Change, Me, Team, Ticket } from '../shared/types.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{by: Change['by']|undefined, differences: ReturnType<typeof differences>}} Conflict
 * @typedef {{staff: string, name: string, teams: string[]}} Person
 */

import { Refused, final } from '../shared/http.js';
import { WITH_REPLY, changes, differences, rebased, toForm, visible } from './properties.js';
import { Sending, whyNot } from './sending.js';

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
  /** Why the reply was refused. */
  replyWrong = '';
  /** For screen readers: the last action. */
  said = '';
  saving = false;
  sending = false;
  noting = false;
  #ask;
  #drafts;
  #keys;

  /** @param {{ask: Ask, number: number, me: Me, words: Vocabulary, drafts: Drafts}} given */
  constructor({ ask, number, me, words, drafts }) {
    super();
    this.#ask = ask;
    this.#drafts = drafts;
    this.#keys = new Sending(drafts);
    this.number = number;
    this.me = me;
    this.words = words;
  }

  get #address() {
    return `/api/tickets/${this.number}`;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string} address */
  #leave(address) {
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
    this.#changed();
    try {
      const [found, hours, staff] = await Promise.all([
        this.#ask('GET', this.#address),
        this.#ask('GET', '/api/hours'),
        this.#ask('GET', '/api/staff'),
      ]);
      this.teams = hours.data.teams;
      this.people = staff.data;
      this.fault = null;
      this.#take(found);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) this.#leave(`/sign-in?next=${encodeURIComponent(`/tickets/${this.number}`)}`);
      else this.fault = { missing: error.status === 404 || error.status === 403, message: error.message };
    } finally {
      this.loading = false;
      this.#changed();
    }
  }

  /** @param {{data: Ticket, etag: string|null}} answer */
  #take({ data, etag }) {
    this.ticket = data;
    this.#etag = etag ?? `"${data.version}"`;
    this.form = toForm(data);
  }

  /** Loads the ticket again; typed text stays in the form. */
  async refresh() {
    const { form, ticket } = this;
    this.#take(await this.#ask('GET', this.#address));
    if (ticket && this.ticket) this.form = rebased(form, ticket, this.ticket);
    this.#changed();
  }

  // -- properties ----------------------------------------------------------------------------

  /** Names of the fields that differ from what is stored. */
  get changed() {
    return this.ticket ? Object.keys(changes(this.ticket, this.form)) : [];
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this.form = { ...this.form, [name]: value };
    if (SHAPING.has(name)) this.wrong = {};
    this.#changed();
  }

  undo() {
    if (this.ticket) this.form = toForm(this.ticket);
    this.#refuse({});
    this.conflict = null;
    this.#changed();
  }

  async save() {
    const { ticket } = this;
    const body = ticket ? changes(ticket, this.form) : {};
    if (!Object.keys(body).length) return;
    this.#refuse({});
    this.saving = true;
    this.#changed();
    try {
      this.#take(await this.#ask('PATCH', this.#address, { body, headers: { 'If-Match': this.#etag } }));
      this.conflict = null;
      this.said = 'Saved';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 412) await this.#meetConflict();
      else this.#refuse(error.fields, error.message);
    } finally {
      this.saving = false;
      this.#changed();
    }
    this.#pointOut();
  }

  async #meetConflict() {
    const before = this.ticket;
    await this.refresh();
    const after = this.ticket;
    if (before && after) this.conflict = { by: after.history?.at(-1)?.by, differences: differences(before, after) };
  }

  /** @param {Record<string, string>} fields @param {string} [message] shown if no field of the form is at fault */
  #refuse(fields, message = '') {
    const shown = this.ticket ? visible(this.form, this.ticket.status) : new Set();
    this.wrong = fields;
    this.message = Object.keys(fields).some((name) => shown.has(name)) ? '' : message;
  }

  #pointOut() {
    if (Object.keys(this.wrong).length) this.dispatchEvent(new Event('faulty'));
  }

  // -- the reply -----------------------------------------------------------------------------

  get #draft() {
    return `${this.number}${this.noting ? '.note' : ''}`;
  }

  /** The text in the box. */
  get text() {
    return this.#drafts.get(this.#draft);
  }

  /** @param {string} text */
  write(text) {
    this.#drafts.set(this.#draft, text);
    this.#keys.settled(this.#draft);
    this.#changed();
  }

  /** @param {boolean} on a note, not a reply */
  note(on) {
    this.noting = on;
    this.#changed();
  }

  /** Sends the text in the box, with the properties that a reply may set. */
  async reply() {
    const { text, ticket, noting } = this;
    this.replyWrong = text.trim() ? '' : 'Write a few words first.';
    if (!text.trim() || !ticket) return this.#changed();
    const draft = this.#draft;
    const key = this.#keys.key(draft);
    this.#refuse({});
    this.sending = true;
    this.#changed();
    try {
      const alongside = Object.entries(changes(ticket, this.form)).filter(([name]) => WITH_REPLY.includes(name));
      const { data } = await this.#ask('POST', `${this.#address}/replies`, {
        body: { text, public: !noting, ...Object.fromEntries(alongside) },
        headers: { 'Idempotency-Key': key },
      });
      this.#keys.settled(draft, key);
      // The person may have continued writing, or started something else.
      if (this.#drafts.get(draft) === text) this.#drafts.set(draft, '');
      if (data?.number && data.number !== this.number) return this.#leave(`/tickets/${data.number}`);
      await this.#sent();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (final(error.status)) this.#keys.settled(draft, key);
      this.#refuse(error.fields);
      this.replyWrong = error.fields.text ?? whyNot(error);
    } finally {
      this.sending = false;
      this.#changed();
    }
    this.#pointOut();
  }

  async #sent() {
    // The status sent with the reply is stored, so it is no longer a change of the form.
    const stored = this.ticket ? toForm(this.ticket) : {};
    this.form = { ...this.form, ...Object.fromEntries(WITH_REPLY.map((name) => [name, stored[name]])) };
    await this.refresh();
    this.said = 'Sent';
    this.dispatchEvent(new Event('sent'));
  }
}
