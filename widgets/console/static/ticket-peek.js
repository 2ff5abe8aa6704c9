/**
 * A ticket looked at beside a chat, and its neighbors in the list that it was opened from. It draws nothing.
 *
 * @import { TicketFollows } from '../shared/client/ticket-follows.js'
 * @import { Team, Ticket } from '../shared/types.js'
 * @typedef {typeof import('../shared/http.js').ask} Ask
 */

import { Refused } from '../shared/http.js';
import { lastSeq } from './ticket-story.js';

export class TicketPeek {
  /** The ticket that is open; null if none is. @type {number|null} */
  number = null;
  /** Null until it was read. @type {Ticket|null} */
  ticket = null;
  /** Why there is no ticket. */
  fault = '';
  /** The reader may not see it any more. */
  gone = false;
  /** All teams, as far as they are known. @type {Team[]} */
  teams = [];
  /** @type {number[]} */
  #list = [];
  #ask;
  #changed;
  #follows;
  /** @type {number|null} */
  #followed = null;

  /** @param {{ask: Ask, changed: () => void, follows: Pick<TicketFollows, 'follow'|'unfollow'>}} given `follows`: tells that a ticket has left the reader's teams */
  constructor({ ask, changed, follows }) {
    this.#ask = ask;
    this.#changed = changed;
    this.#follows = follows;
  }

  /** @param {number} number @param {number[]} list the numbers that `step` walks */
  async open(number, list) {
    this.#list = list.includes(number) ? list : [number];
    if (!this.teams.length) void this.#readTeams();
    await this.#show(number);
  }

  /** The position in the list, from 1, its length, and the neighbors. */
  get place() {
    const at = this.number === null ? -1 : this.#list.indexOf(this.number);
    return {
      place: at + 1,
      of: this.#list.length,
      before: this.#list[at - 1] ?? null,
      after: at < 0 ? null : (this.#list[at + 1] ?? null),
    };
  }

  /** Shows the next or the previous one, if there is one. @param {1|-1} step */
  async step(step) {
    const { before, after } = this.place;
    const to = step > 0 ? after : before;
    if (to !== null) await this.#show(to);
  }

  /** Reads it again, after a fault or because it changed. */
  async again() {
    if (this.number !== null) await this.#read(this.number);
  }

  close() {
    this.#unfollow();
    this.number = null;
    this.ticket = null;
    this.#changed();
  }

  /** The reader may not see it any more: nothing of it stays. */
  lose() {
    this.ticket = null;
    this.gone = true;
    this.fault = 'You can’t see this ticket any more. It went to a team that you’re not on.';
    this.#changed();
  }

  #unfollow() {
    if (this.#followed !== null) this.#follows.unfollow(this.#followed);
    this.#followed = null;
  }

  /** @param {number} number */
  async #show(number) {
    this.#unfollow();
    this.number = number;
    this.ticket = null;
    this.gone = false;
    await this.#read(number);
  }

  /** @param {number} number */
  async #read(number) {
    this.fault = '';
    this.#changed();
    try {
      const { data } = await this.#ask('GET', `/api/tickets/${number}`);
      if (this.number !== number || this.gone) return;
      this.ticket = data;
      if (this.#followed !== number) this.#follows.follow(number, lastSeq(data));
      this.#followed = number;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (this.number !== number) return;
      if (error.status === 404 && this.ticket) return this.lose();
      this.fault = error.message;
    }
    this.#changed();
  }

  async #readTeams() {
    try {
      this.teams = (await this.#ask('GET', '/api/hours')).data.teams;
      this.#changed();
    } catch (error) {
      // The key of a team stands for its name.
      if (!(error instanceof Refused)) throw error;
    }
  }
}
