/**
 * Fetches queue lengths and wait times while the form or the list of conversations is shown. The desk only pushes them to customers who are waiting.
 *
 * @import { Team } from '../shared/types.js'
 */

const EVERY_MS = 30_000;

export class Figures {
  /** Time and team of the last request; another team is requested anew. */
  #at = -Infinity;
  /** @type {string|undefined} */
  #of;

  /**
   * @param {Pick<import('./chat.js').Chat, 'open'|'view'|'visit'|'beginning'|'changed'> & {desk: {state: {line: string}}}} chat
   * @param {{ask: () => Promise<{teams: Team[]}>, now: () => number, seen: () => boolean}} means `now`: ms, of a clock that nobody sets; `seen`: is the page on the screen?
   */
  constructor(chat, means) {
    this.chat = chat;
    this.means = means;
  }

  /** Something has changed, or some time has passed: ask if it is time. */
  look = async () => {
    const { chat, means } = this;
    const now = means.now();
    const of = chat.beginning.team?.team;
    if (
      !chat.open ||
      !['form', 'list'].includes(chat.view) ||
      chat.desk.state.line !== 'live' ||
      !means.seen() ||
      (of === this.#of && now - this.#at < EVERY_MS)
    )
      return;
    this.#at = now;
    this.#of = of;
    const before = chat.visit.teams;
    try {
      const { teams } = await means.ask();
      // The desk has sent newer figures meanwhile.
      if (chat.visit.teams !== before) return;
      chat.visit.teams = teams;
      chat.changed();
    } catch {
      // The last figures stay, and are requested again.
    }
  };
}
