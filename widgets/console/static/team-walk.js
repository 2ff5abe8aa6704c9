/**
 * From one chat of a team to the next, for a supervisor who watches.
 *
 * @import { Ask } from './review-waiting.js'
 * @typedef {{chat: string, state: string, agent?: {id: string}|null}} Live
 */

import { Refused, ask } from '../shared/http.js';
import { neighbour } from './keys.js';

/** The list of a team is read again after so long. */
const FRESH_MS = 10_000;

export class TeamWalk {
  #team = '';
  #readAt = 0;
  /** @type {string[]} */
  #chats = [];

  /** @param {{ask: Ask, me: string, now?: () => number}} given `me`: the id of the supervisor */
  constructor({ ask, me, now = () => Date.now() }) {
    this.ask = ask;
    this.me = me;
    this.now = now;
  }

  /**
   * The chat of the team that comes after the one on the screen, or before it; null if there is no other. Their own chats are left out.
   * Rejects with Refused. @param {string} team @param {string|null} chat @param {1|-1} step @returns {Promise<string|null>}
   */
  async from(team, chat, step) {
    if (team !== this.#team || this.now() - this.#readAt > FRESH_MS) {
      const { data } = await this.ask('GET', `/api/chats?${new URLSearchParams({ team })}`);
      const live = /** @type {Live[]} */ (data.chats);
      this.#chats = live
        .filter(({ state, agent }) => state === 'active' && agent?.id !== this.me)
        .map((one) => one.chat);
      this.#team = team;
      this.#readAt = this.now();
    }
    const to = neighbour(this.#chats, chat, step);
    return to === chat ? null : to;
  }
}

/** @type {TeamWalk|null} */
let walk = null;

/** The next chat of the team for this page; null if there is none, or if the desk does not say. @param {string} me @param {string} team @param {string} chat @param {1|-1} step */
export async function goneOn(me, team, chat, step) {
  walk ??= new TeamWalk({ ask, me });
  try {
    return await walk.from(team, chat, step);
  } catch (why) {
    if (!(why instanceof Refused)) throw why;
    return null;
  }
}
