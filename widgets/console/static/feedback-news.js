/**
 * New feedback of reviews for an agent, read once for each connection and when more comes. It draws nothing.
 *
 * @import { Frame } from '../shared/client/types.js'
 * @import { Dated, FeedbackSeen } from './feedback-seen.js'
 * @typedef {{ask: typeof import('../shared/http.js').ask, seen: FeedbackSeen, changed: () => void}} Given
 * @typedef {Pick<import('../shared/client/desk.js').DeskClient, 'hello'|'on'>} Desk
 */

import { Refused } from '../shared/http.js';

export class FeedbackNews {
  /** @type {Dated[]} */
  #list = [];
  #given;

  /** @param {Given} given */
  constructor(given) {
    this.#given = given;
  }

  get unseen() {
    return this.#given.seen.unseen(this.#list);
  }

  /** @param {Desk} desk @returns {() => void} stops */
  follow(desk) {
    const ends = [
      desk.on('news', (/** @type {Frame} */ { type }) => type === 'review.feedback' && this.read()),
      // News was missed while there was no connection.
      desk.on('hello', () => this.read()),
    ];
    if (desk.hello) void this.read();
    return () => {
      for (const end of ends) end();
    };
  }

  async read() {
    const { ask, changed } = this.#given;
    try {
      this.#list = (await ask('GET', '/api/reviews/feedback')).data;
      changed();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
    }
  }

  /** Another tab has stored something: each key that is typed there comes by. @param {string|null} key null: all is gone */
  stored(key) {
    const { seen, changed } = this.#given;
    if (key === null || key === seen.key) changed();
  }
}
