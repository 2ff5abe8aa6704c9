/**
 * The rows of the list of conversations. Pure, in the reader's language.
 *
 * @import { Last, Person, Ticket } from './conversations.js'
 * @import { Visit } from './visit.js'
 *
 * @typedef {Object} Row
 * @property {number} number
 * @property {string} subject
 * @property {string} words the last ones
 * @property {string} status
 * @property {boolean} locked closed for good
 * @property {string} until how long it can be reopened
 * @property {string} at of the last change
 * @property {string} time
 * @property {number} unread
 * @property {Person|null} person the last of staff who had to do with it
 */

import { day, sameDay } from '../shared/days.js';
import { clock } from '../shared/moments.js';
import { firstName } from '../shared/people.js';
import { plainText } from '../shared/rich-text.js';
import { n, t } from '../shared/words.js';
import { placeWords } from './line-words.js';

/** Characters of a subject. */
const SUBJECT_MAX = 200;

/** @param {Ticket} ticket @param {number} now ms @returns {Row} */
export function rowOf(ticket, now) {
  const { number, status, last, unread } = ticket;
  const until = status === 'solved' && !ticket.closed_at && ticket.reopen_until;
  return {
    number,
    subject: ticket.subject ?? t('Ticket #{ticket}', { ticket: number }),
    words: last ? lastWords(last) : '',
    status,
    locked: Boolean(ticket.closed_at),
    until: until ? t('reopen until {date}', { date: day(until, now) }) : '',
    at: ticket.updated_at,
    time: sameDay(ticket.updated_at, now) ? clock(ticket.updated_at) : day(ticket.updated_at, now),
    unread,
    person: last?.from.kind === 'staff' ? last.from : ticket.assignee && { kind: 'staff', ...ticket.assignee },
  };
}

/** `Priya: Which dates?`, `You: Thanks`. @param {Pick<Last, 'from'|'text'|'files'|'own'>} last */
export function lastWords({ from, text, files, own }) {
  const words = from.kind === 'staff' ? plainText(text ?? '') : text?.trim();
  const said = words || (files ? n('{count} file', '{count} files', files) : t('Message removed'));
  const name = own ? t('You') : firstName(from.name) || (from.kind === 'staff' ? t('Support') : '');
  return name ? t('{name}: {text}', { name, text: said }) : said;
}

/** What the chat under way is about, from its events. */
export class LiveTalk {
  /** The first line of what the customer asked first. */
  asked = '';
  /** The newest message. @type {{seq: number, from: Person, text: string|null, files: number, own: boolean}|null} */
  last = null;
  #askedAt = 0;

  /** @param {import('../shared/client/types.js').Durable} frame */
  told({ type, seq, from, text, files, of }) {
    if (type === 'message') {
      const own = from.kind === 'customer';
      this.last = { seq, from, text, files: files?.length ?? 0, own };
      if (!own || this.#askedAt) return;
      this.#askedAt = seq;
      this.asked = text?.trim().split('\n')[0].slice(0, SUBJECT_MAX) ?? '';
    } else if (type === 'message.redacted') {
      if (this.last && this.last.seq === of) this.last = { ...this.last, text: null, files: 0 };
      if (this.#askedAt === of) this.asked = '';
    }
  }

  /** @param {Visit} visit @param {string|null} typing the name of who is typing @returns {{subject: string, words: string, meta: string}} */
  words(visit, typing) {
    const team = visit.teamName();
    const { agent } = visit;
    const name = firstName(agent?.name);
    return {
      subject: this.asked || t('Your chat'),
      words: typing ? t('{name} is typing', { name: firstName(typing) }) : this.#words(visit),
      meta: name && team ? t('Chat with {name}, {team}', { name, team }) : team,
    };
  }

  /** @param {Visit} visit */
  #words({ phase, position, waitS }) {
    if (phase === 'queued') return placeWords(position, waitS);
    return this.last ? lastWords(this.last) : '';
  }
}
