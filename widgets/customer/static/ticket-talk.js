/**
 * One ticket as a conversation: its properties, the events of its chats, and its own events, live.
 *
 * @import { Durable, TicketEvent } from '../shared/client/types.js'
 * @import { File } from '../shared/story.js'
 * @import { Chat } from './chat.js'
 * @typedef {'reply'|'not_fixed'|'chat'} Mode what the next text is
 * @typedef {Record<string, any>} Properties of a ticket, as the desk gives them to its customer
 */

import { DeskError } from '../shared/client/errors.js';
import { following } from '../shared/client/ticket-follows.js';
import { committed } from '../shared/committing.js';
import { Refused, ask } from '../shared/http.js';
import { sentenceOf } from '../shared/refusals.js';
import { icon } from '../shared/parts.js';
import { html } from '../shared/vendor/lit-html.js';
import { shapeOf } from '../shared/vocabulary.js';
import { t } from '../shared/words.js';
import { rateableChat } from './rated-chat.js';
import { draftOf, draftOfTicket } from './reply-draft.js';

/** Own events as they are in a transcript. @type {Record<string, string>} */
const TYPES = { 'ticket.reply': 'reply', 'ticket.redacted': 'message.redacted' };
/** Events that still come in its chats, which are over. */
const TOLD_OF_CHATS = new Set(['message.redacted', 'chat.rated']);

export class TicketTalk {
  /** @type {Properties|null} */
  properties = null;
  /** Events of its chats. @type {Durable[]} */
  past = [];
  /** Its own events, in order. @type {Durable[]} */
  own = [];
  /** All past events of its own are here. */
  whole = false;
  /** It cannot be seen any more. */
  gone = false;
  /** Its unsent texts are in the form now. */
  kept = false;
  /** Why it could not be loaded. */
  fault = '';
  /** @type {Mode} */
  mode = 'reply';
  /** The code of its solution, in words. @type {{name: string, meaning: string}|null} */
  code = null;
  /** Replies that were unread when the customer came to it. */
  #unread = 0;
  /** `seq` of the first of them, once it is known. @type {number|null} */
  #first = null;
  /** `seq` that was reported as read. */
  #read = 0;

  /** @param {Chat} chat @param {number} number */
  constructor(chat, number) {
    this.chat = chat;
    this.number = number;
    this.visited();
    following(chat.desk).follow(number);
    this.load();
  }

  /** Reads its properties and its chats. */
  async load() {
    this.fault = '';
    try {
      const { data } = await ask('GET', `/api/tickets/${this.number}`, { bearer: this.chat.desk.customer.token });
      if (this.gone) return;
      const { transcript, ...properties } = data;
      this.properties = properties;
      this.past = transcript.filter((/** @type {Durable} */ frame) => frame.chat);
      this.#followChats();
      this.#explain();
      if (this.whole) this.chat.events.emit('ticketFresh');
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === 'not_found') this.lose();
      else if (!this.properties) this.fault = sentenceOf(error);
    }
    this.chat.changed();
  }

  /** A text of a chat may be removed while it is read. */
  #followChats() {
    const last = new Map(this.past.map(({ chat, seq }) => [chat, seq]));
    for (const [chat, seq] of last) if (chat !== this.chat.visit.chat) this.chat.desk.follow(chat, seq);
  }

  async #explain() {
    const key = this.properties?.resolution;
    const codes = key ? await this.chat.talks?.codes() : null;
    this.code = codes?.find((/** @type {{key: string}} */ one) => one.key === key) ?? null;
    this.chat.changed();
  }

  /** The customer may not see it any more: nothing of it stays, and their unsent texts go to the form. */
  lose() {
    if (!this.gone) {
      this.leave();
      Object.assign(this, { gone: true, properties: null, past: [], own: [], code: null, fault: '', mode: 'reply' });
      this.chat.events.emit('ticketFresh');
    }
    this.#keepUnsent();
    this.chat.changedSoon();
  }

  #keepUnsent() {
    const { chat, number } = this;
    const refused = (chat.talks?.replies.of(number) ?? []).filter(({ status }) => status === 'failed');
    const draft = draftOfTicket(number);
    const texts = [...refused.map(({ fields }) => fields.text), chat.drafts.get(draft)].filter(Boolean);
    if (!texts.length) return;
    this.kept = true;
    chat.drafts.set(draft, '');
    const { form } = chat.beginning;
    chat.beginning.fill({
      text: [form.text, ...texts.filter((text) => !form.text.includes(text))].filter(Boolean).join('\n\n'),
    });
    for (const { id } of refused) chat.talks?.replies.discard(id);
  }

  /** It is shown no longer. */
  leave() {
    following(this.chat.desk).unfollow(this.number);
    for (const id of new Set(this.past.map(({ chat }) => chat)))
      if (id !== this.chat.visit.chat) this.chat.desk.unfollow(id);
  }

  // -- what is heard -------------------------------------------------------------------------

  /** @param {TicketEvent} frame @param {boolean} live */
  told(frame, live) {
    const type = TYPES[frame.type];
    if (!type) return;
    const event = /** @type {Durable} */ (/** @type {unknown} */ ({ ...frame, type }));
    this.own.push(event);
    if (type === 'message.redacted') this.#redact(this.own, event);
    if (this.whole) this.chat.events.emit('ticketTold', event, live);
    this.chat.changedSoon();
  }

  /** An event of one of its chats. @param {Durable} frame */
  toldOfChat(frame) {
    if (!TOLD_OF_CHATS.has(frame.type) || !this.past.some(({ chat }) => chat === frame.chat)) return;
    if (this.past.some(({ chat, seq }) => chat === frame.chat && seq === frame.seq)) return;
    this.past.push(frame);
    if (frame.type === 'chat.rated') return this.chat.changedSoon();
    this.#redact(this.past, frame);
    this.chat.events.emit('ticketTold', frame, true);
  }

  /** @param {Durable[]} events @param {Durable} redaction */
  #redact(events, { chat, of }) {
    const at = events.findIndex((event) => event.seq === of && event.chat === chat);
    if (at >= 0) events[at] = { ...events[at], text: null, files: [], redacted: true };
  }

  /** All past events of its own are here. */
  isWhole() {
    if (this.whole) return;
    this.whole = true;
    this.chat.events.emit('ticketFresh');
    this.chat.changedSoon();
  }

  /** Its events come again from the first. */
  reset() {
    this.own = [];
    this.whole = false;
  }

  /** @param {Properties} properties those with another value */
  change(properties) {
    if (!this.properties) return;
    Object.assign(this.properties, properties);
    if ('resolution' in properties) this.#explain();
    this.chat.changedSoon();
  }

  // -- how it stands -------------------------------------------------------------------------

  /** @returns {string} */
  get status() {
    return (
      this.properties?.status ??
      this.chat.desk.tickets.get(this.number)?.status ??
      (this.chat.visit.outcome?.ticket === this.number ? this.chat.visit.outcome.status : 'open')
    );
  }

  /** Nothing can be added: a new conversation begins instead. */
  get closed() {
    const { closed_at: closedAt, reopen_until: until } = this.properties ?? {};
    return Boolean(closedAt || (this.status === 'solved' && until && new Date(until).getTime() <= this.chat.now()));
  }

  /** The chat of it that can be rated. */
  get rated() {
    return rateableChat(this.past, this.chat.now());
  }

  /** @returns {import('../shared/types.js').Team|undefined} */
  get team() {
    return this.chat.visit.teams.find(({ team }) => team === this.properties?.team);
  }

  /** A chat about it can begin: nobody chats yet, and its team is there. */
  get canChat() {
    const { beginning, desk, visit } = this.chat;
    const free = !desk.hello?.chats?.length && !beginning.start && ['closed', 'left', 'form'].includes(visit.phase);
    const known = this.team?.identity !== 'required' || desk.customer.proof;
    return Boolean(free && known && this.team?.open && this.properties && !this.closed);
  }

  /** Replies of its own, without redactions. */
  get replies() {
    return this.own.filter(({ type }) => type === 'reply');
  }

  /** The last of staff who wrote; null if nobody has. @returns {string|null} */
  get lastStaff() {
    const said = [...this.past, ...this.own].filter(
      ({ type, from }) => /^(message|reply)$/u.test(type) && from.kind === 'staff',
    );
    return said.at(-1)?.from.name ?? null;
  }

  /** The customer has said that it is solved, and nothing came after it. */
  get confirmed() {
    return this.status === 'open' && this.replies.at(-1)?.says === 'solved';
  }

  /** Staff have answered, and the customer has not said whether that helped. */
  get asks() {
    return (
      ['open', 'awaiting_reply'].includes(this.status) &&
      this.replies.at(-1)?.from.kind === 'staff' &&
      !this.waiting.length
    );
  }

  /** The customer comes to it, or back. */
  visited() {
    this.#unread = this.chat.desk.tickets.get(this.number)?.unread ?? 0;
    this.#first = null;
  }

  /** `seq` of the first reply that was unread when the customer came; 0 if none was. */
  get firstUnread() {
    if (!this.whole) return 0;
    const theirs = this.replies.filter(({ from }) => from.kind === 'staff');
    this.#first ??= this.#unread ? (theirs.at(-Math.min(this.#unread, theirs.length))?.seq ?? 0) : 0;
    return this.#first;
  }

  /** Replies that are not stored yet. One whose event is here already is on its way no longer. */
  get waiting() {
    const stored = this.replies.filter(({ from }) => from.kind === 'customer');
    return (this.chat.talks?.replies.of(this.number) ?? []).filter(
      ({ fields, at, status }) =>
        status === 'failed' ||
        !stored.some(
          (one) => one.text === fields.text && new Date(one.at).getTime() >= at - SKEW_MS && sameFiles(one, fields),
        ),
    );
  }

  /** Subject, number and status. @returns {[string, import('../shared/parts.js').Template]} */
  headWords() {
    if (this.gone) return [t('Your conversation'), html``];
    const [look, shape] = shapeOf(this.status);
    const status = html`<span class=${`status ${look}`}>${icon(shape)}${this.chat.words.status(this.status)}</span>`;
    return [this.properties?.subject || t('Your conversation'), html`#${this.number} ${status}`];
  }

  // -- what the customer does ------------------------------------------------------------------

  /** @param {Mode} mode */
  turn(mode) {
    this.mode = this.mode === mode ? 'reply' : mode;
    this.chat.changed();
  }

  /** @param {string} text @param {File[]} files @returns {boolean} false if there is nothing to send */
  send(text, files) {
    const { chat, mode, number } = this;
    const said = text.trim() ? text : '';
    if (mode === 'chat') return this.#startChat(said);
    if (!said && !files.length && mode === 'reply') return false;
    const notFixed = mode === 'not_fixed';
    this.mode = 'reply';
    chat.talks?.replies.add(number, {
      text: said || (notFixed && !files.length ? t('It isn’t fixed.') : ''),
      files,
      ...(notFixed && { says: /** @type {const} */ ('not_fixed') }),
    });
    return true;
  }

  solved() {
    this.mode = 'reply';
    this.chat.talks?.replies.add(this.number, { text: t('This solved it.'), says: 'solved' });
  }

  /** @param {string} text */
  #startChat(text) {
    if (!text || !this.properties) return false;
    this.mode = 'reply';
    this.#start(this.properties.team, text);
    return true;
  }

  /** @param {string} team @param {string} text */
  async #start(team, text) {
    const { chat, number } = this;
    try {
      const ok = await committed(chat.desk, 'chat.start', { team, text, ticket: number });
      if (ok.chat !== chat.visit.chat) chat.adopt(ok.chat);
      chat.visit.holds(ok);
      chat.openTicket(null);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      chat.drafts.add(draftOf(chat), [text]);
      chat.raise(t('The chat couldn’t begin.'), sentenceOf(error));
      chat.events.emit('draft');
    }
  }

  /** Reports what was in view. @param {number} upto */
  read(upto) {
    const last = this.own.at(-1)?.seq ?? 0;
    const seen = Math.min(last, upto);
    if (seen <= this.#read || !this.chat.desk.tickets.get(this.number)?.unread) return;
    this.#read = seen;
    // Also the replies before an event that is no text.
    this.chat.desk.cast('ticket.read', { ticket: this.number, upto: seen });
  }
}

/** Clocks of a browser and of the desk differ. */
const SKEW_MS = 10 * 60_000;

/** @param {Durable} reply @param {import('../shared/client/types.js').Fields} fields */
const sameFiles = (reply, fields) =>
  JSON.stringify((reply.files ?? []).map((/** @type {File} */ { id }) => id)) === JSON.stringify(fields.files ?? []);
