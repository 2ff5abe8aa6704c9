/**
 * The tickets of a customer as conversations: the one that is shown, and replies on their way to any. Loaded with the
 * first conversation.
 *
 * @import { Chat } from './chat.js'
 */

import { ask } from '../shared/http.js';
import { Replies } from './replies.js';
import { TicketNews } from './ticket-news.js';
import { TicketTalk } from './ticket-talk.js';

export class TicketTalks {
  /** The one that is shown. @type {TicketTalk|null} */
  current = null;
  /** @type {Promise<Array<{key: string, name: string, meaning: string}>>|null} */
  #codes = null;

  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
    const { desk } = chat;
    this.replies = new Replies({
      storage: desk.customer.kept,
      me: () => desk.hello?.visitor,
      newKey: chat.beginning.request.newKey,
      post: async ({ id, fields: { ticket, ...body } }) =>
        (
          await ask('POST', `/api/tickets/${ticket}/replies`, {
            body,
            bearer: desk.customer.token,
            headers: { 'Idempotency-Key': id },
          })
        ).data,
      stored: ({ fields }, ticket) => this.#stored(fields.ticket, ticket),
      changed: () => this.#sent(),
    });
    desk.on('ticket', (frame, { ticket, replay }) => this.#of(ticket)?.told(frame, !replay));
    desk.on('event', (frame) => this.current?.toldOfChat(frame));
    desk.on('ticketWhole', (ticket) => this.#of(ticket)?.isWhole());
    desk.on('ticketReset', (ticket) => this.#of(ticket)?.reset());
    desk.on('news', (frame) => {
      if (frame.type === 'ticket.changed') this.#of(frame.ticket)?.change(frame.changed);
      if (frame.type === 'ticket.gone') this.#of(frame.ticket)?.lose();
    });
    desk.on('hello', () => {
      this.current?.load();
      this.replies.send();
    });
    desk.on('forgotten', () => this.replies.forget());
    chat.on('change', () => this.#look());
    this.news = new TicketNews(chat);
    this.replies.send();
  }

  /** Names and meanings of the codes of solutions, from the desk. */
  codes() {
    this.#codes ??= fetch(`/widget/codes${location.search}`, { credentials: 'omit' })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then(({ codes }) => codes)
      .catch(() => {
        // Without a connection the card goes without them; the next ticket asks again.
        this.#codes = null;
        return [];
      });
    return this.#codes;
  }

  /** @param {number} ticket */
  #of(ticket) {
    return this.current?.number === ticket ? this.current : null;
  }

  /** Another ticket is to be shown, or none. */
  #look() {
    const number = this.chat.ticketShown;
    if (number === (this.current?.number ?? null)) return;
    this.current?.leave();
    this.current = number === null ? null : new TicketTalk(this.chat, number);
    this.chat.events.emit('ticketFresh');
  }

  /** A reply was refused, or is on its way. A ticket that does not take it since it is not this customer's is lost. */
  #sent() {
    const { current } = this;
    const lost = current && this.replies.of(current.number).some(({ refusal }) => refusal?.code === 'not_found');
    if (lost) current.lose();
    this.chat.changedSoon();
  }

  /** A reply is stored. @param {number} to @param {import('./ticket-talk.js').Properties} ticket in which it stands: the follow-up of one that was closed for good */
  #stored(to, { transcript: _transcript, ...properties }) {
    if (properties.number !== to) {
      this.chat.openTicket(properties.number, to);
    } else this.#of(to)?.change(properties);
    this.chat.changed();
  }
}
