/**
 * What a person writes on a ticket: a reply and a note with a draft for each, files, and the status that goes along. A
 * reply to a story that has grown is held until they have decided. It draws nothing.
 *
 * @import { Drafts } from '../shared/drafts.js'
 * @import { Durable } from '../shared/client/types.js'
 * @import { Limits, Post } from '../shared/uploads.js'
 * @import { SendAs } from './send-as.js'
 * @import { TicketWork } from './ticket-work.js'
 * @typedef {{by: string, how: string, at: number, from: number}} Held who wrote last, what they did, and when; `from`: since when the reply is held (ms)
 */

import { Refused, final } from '../shared/http.js';
import { firstName } from '../shared/people.js';
import { Attaching } from './attaching.js';
import { WITH_REPLY, changes } from './properties.js';
import { Sending, whyNot } from './sending.js';
import { lastSeq } from './ticket-story.js';

/** The key that has sent a reply cannot also send it anyway before this time. */
const REST_MS = 1_000;

export class TicketWriting {
  noting = false;
  sending = false;
  /** Why it was refused. */
  wrong = '';
  /** @type {Held|null} */
  held = null;
  /** The status chosen for this reply. */
  #picked = '';
  /** The text that is being sent; `stored`: the desk has told of it. */
  #underWay = { text: '', stored: false };
  #work;
  #drafts;
  #keys;
  #uploads;
  #now;

  /** @param {{work: TicketWork, drafts: Drafts, sendAs: SendAs, limits: () => Limits, post?: Post, now?: () => number}} given */
  constructor({ work, drafts, sendAs, limits, post, now = Date.now }) {
    this.#work = work;
    this.#drafts = drafts;
    this.#keys = new Sending(drafts);
    this.#uploads = new Attaching({ limits, changed: () => work.redraw(), ...(post && { post }) });
    this.#now = now;
    this.sendAs = sendAs;
  }

  // -- the text and its files --------------------------------------------------------------

  get #draft() {
    return `${this.#work.number}${this.noting ? '.note' : ''}`;
  }

  /** The text in the box. */
  get text() {
    return this.#drafts.get(this.#draft);
  }

  /** @param {string} text */
  write(text) {
    // The same reply, sent again, needs the same key.
    if (text && text === this.text) return;
    const fresh = !this.text && text;
    this.#drafts.set(this.#draft, text);
    // What comes from here on is news to the writer.
    if (!this.noting && (fresh || !text)) this.#see(text ? this.#work.lastSeq : null);
    this.#another();
  }

  /** @param {boolean} on a note, not a reply */
  note(on) {
    this.noting = on;
    this.wrong = '';
    this.#work.redraw();
  }

  get attached() {
    const uploads = this.#uploads;
    return {
      list: uploads.list,
      fault: uploads.fault,
      add: async (/** @type {Iterable<File>} */ files) => {
        await uploads.add(files);
        this.#another();
      },
      retry: (/** @type {number} */ key) => uploads.retry(key),
      unseen: (/** @type {number} */ key) => uploads.unseen(key),
      remove: (/** @type {number} */ key) => {
        uploads.remove(key);
        this.#another();
      },
    };
  }

  /** There is something to send, or a choice was made. */
  get begun() {
    return Boolean(this.text || this.#uploads.list.length || this.#picked);
  }

  /** What was written is another text than the one that may have been sent. */
  #another() {
    this.#keys.settled(this.#draft);
    this.#work.redraw();
  }

  // The last event that was there when the reply was begun. It outlives a reload, as the draft does.
  get #seen() {
    const kept = this.#drafts.get(`${this.#work.number}.seen`);
    return kept ? Number(kept) : this.#work.lastSeq;
  }

  /** @param {number|null} seq */
  #see(seq) {
    this.#drafts.set(`${this.#work.number}.seen`, seq === null ? '' : String(seq));
  }

  // -- the status that goes along ----------------------------------------------------------

  /** The status that the ticket has after this. */
  get status() {
    const { ticket, form } = this.#work;
    if (!ticket) return '';
    if (this.noting || form.status !== ticket.status) return form.status;
    // Undone where the properties are.
    if (this.#picked === ticket.status) return ticket.status;
    const remembered = this.sendAs.status;
    // An answer to a question about a solved ticket does not reopen it.
    const running = ticket.status === 'open' || ticket.status === 'awaiting_reply';
    return remembered && running && !this.refusal(remembered) ? remembered : ticket.status;
  }

  /** @param {string} status */
  choose(status) {
    this.#picked = status;
    const { form, words } = this.#work;
    const code = words.codes.find(({ key }) => key === form.resolution);
    if (status === 'fixed_pending_rca' && code && !code.pending_rca) this.#work.set('resolution', '');
    this.#work.set('status', status);
  }

  /** Why a reply cannot set this status; empty if it can. @param {string} status */
  refusal(status) {
    return status === 'awaiting_reply' && !this.#work.ticket?.requester?.email ? 'no email address' : '';
  }

  // -- sending -----------------------------------------------------------------------------

  /** @param {{anyway?: boolean}} [how] `anyway`: also to a story that has grown */
  async send({ anyway = false } = {}) {
    const work = this.#work;
    const { text, noting, status } = this;
    const { ticket } = work;
    const attached = this.#uploads.list.filter(({ state }) => state === 'done');
    this.wrong = text.trim() || attached.length ? '' : 'Write a few words first.';
    if (this.#uploads.busy) this.wrong = 'A file is still uploading. Send when it’s there.';
    if (this.wrong || !ticket || this.sending) return work.redraw();
    const lacks = work.lacks();
    work.refuse(lacks);
    if (Object.keys(lacks).length) {
      this.wrong = lacks.resolution ?? '';
      work.redraw();
      return work.pointOut();
    }
    const draft = this.#draft;
    const key = this.#keys.key(draft);
    this.#underWay = { text, stored: false };
    this.sending = true;
    work.redraw();
    try {
      const along = Object.entries(changes(ticket, { ...work.form, status })).filter(([name]) =>
        WITH_REPLY.includes(name),
      );
      const answer = await work.ask('POST', `${work.address}/replies`, {
        body: {
          text,
          public: !noting,
          ...(attached.length && { files: attached.flatMap(({ file }) => file?.id ?? []) }),
          ...(!noting && { seen: this.#seen, take: true, ...(anyway && { anyway }) }),
          ...(ticket.closed_at ? {} : { ...Object.fromEntries(along), ...work.also(status) }),
        },
        headers: { 'Idempotency-Key': key },
      });
      for (const one of attached) this.#uploads.remove(one.key);
      this.#settle(draft, text);
      if (!noting) this.#see(this.#drafts.get(draft) ? lastSeq(answer.data) : null);
      this.#sent(answer, status, noting);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (final(error.status)) this.#keys.settled(draft, key);
      // The desk has told of it before the answer was lost.
      if (this.#underWay.stored) this.stored(text, true);
      else if (noting !== this.noting)
        this.wrong = `Your ${noting ? 'note was not sent. It’s under Note.' : 'reply was not sent. It’s under Reply.'}`;
      else if (error.since) await this.#hold(error.since);
      else {
        work.refuse(error.fields);
        this.wrong = error.fields.text ?? error.fields.files ?? whyNot(error);
      }
      if (error.status === 404) work.lose();
    } finally {
      this.sending = false;
      work.redraw();
    }
    work.pointOut();
  }

  /** The text is stored. The person may have continued writing, or started something else. @param {string} draft @param {string} text */
  #settle(draft, text) {
    this.#keys.settled(draft);
    if (this.#drafts.get(draft) === text) this.#drafts.set(draft, '');
  }

  /** @param {{data: import('../shared/types.js').Ticket, etag: string|null}} answer @param {string} status @param {boolean} noted */
  #sent(answer, status, noted) {
    const work = this.#work;
    this.held = null;
    this.#picked = '';
    if (!noted) this.sendAs.sent(status);
    else this.noting = false;
    if (answer.data?.number !== work.number) return work.leave(`/tickets/${answer.data.number}`);
    work.wrote(answer, noted ? 'Note added' : 'Sent');
  }

  // -- held --------------------------------------------------------------------------------

  /** @param {Durable[]} since what others wrote meanwhile */
  async #hold(since) {
    const last = since.at(-1);
    if (!last) return;
    const how = last.type === 'note' ? 'added a note' : last.from.kind === 'customer' ? 'wrote' : 'answered';
    const by = firstName(last.from.name) || (last.from.kind === 'customer' ? 'The customer' : 'A colleague');
    this.held = { by, how, at: new Date(last.at).getTime(), from: this.#now() };
    await this.#work.catchUp();
  }

  /** The button that sends anyway may be pressed, also by key. */
  get rested() {
    return this.held !== null && this.#now() - this.held.from >= REST_MS;
  }

  /** Back to the box: the writer knows the story by now. */
  edit() {
    this.held = null;
    this.#see(this.#work.lastSeq);
    this.#work.redraw();
  }

  discard() {
    this.held = null;
    this.write('');
    for (const { key } of this.#uploads.list) this.#uploads.remove(key);
    this.#work.redraw();
  }

  /** The held reply becomes a note for staff. A note that was begun stays above it. */
  async asNote() {
    const { text } = this;
    const begun = this.#drafts.get(`${this.#work.number}.note`);
    this.held = null;
    this.write('');
    this.noting = true;
    this.write([begun, text].filter(Boolean).join('\n\n'));
    this.choose(this.#work.ticket?.status ?? '');
    await this.send();
  }

  sendAnyway() {
    return this.rested ? this.send({ anyway: true }) : Promise.resolve();
  }

  // -- elsewhere ---------------------------------------------------------------------------

  /**
   * A text of this person is on the ticket: sent from another tab with the same draft, or from here, and the answer was
   * lost. It must not be sent again.
   * @param {string|null} text @param {boolean} [now] also while it is under way
   */
  stored(text, now = false) {
    if (this.sending && this.#underWay.text === text) this.#underWay.stored = true;
    if (!text || (this.sending && !now)) return;
    for (const draft of [`${this.#work.number}`, `${this.#work.number}.note`])
      if (this.#drafts.get(draft) === text) {
        this.#settle(draft, text);
        this.wrong = '';
        this.#uploads.take();
      }
  }
}
