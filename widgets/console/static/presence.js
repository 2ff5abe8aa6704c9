/**
 * An agent's status, and the teams from which they take new chats.
 *
 * @import { Frame } from '../shared/client/types.js'
 * @import { DeskPort } from './agent-work.js'
 * @typedef {'available'|'away'|'offline'} Status
 * @typedef {{status: string, reason: string|null, since: string|null, capacity: number, paused: string[], leaving: boolean}} State
 *   `paused`: keys of teams; `leaving`: offline once the last chat is over
 */

import { DeskError } from '../shared/client/errors.js';

export class Presence {
  /** @type {State|null} null before the desk has said it */
  state = null;
  /** The desk set them to away. @type {{reason: string, since: string}|null} */
  madeAway = null;
  /** The supervisor who changed capacity or teams for today. */
  todayBy = '';
  /** Slots that chats in wrap-up take, also those that have a code. NaN after the greeting, which says nothing of them; fewer, also below 0, while customers are silent. */
  wrapping = 0;
  #seen = '';
  /** Why the status was not changed. */
  refusal = '';

  /** @param {{desk: Pick<DeskPort, 'command'>, now: () => number, redraw: () => void, knows: (team: string) => boolean}} given `knows`: the agent is on this team */
  constructor({ desk, now, redraw, knows }) {
    this.desk = desk;
    this.now = now;
    this.redraw = redraw;
    this.knows = knows;
  }

  /** @param {Frame} frame */
  heard({ status, reason, since, capacity, held, free, paused, by, leaving = false, today_by: todayBy }) {
    this.wrapping = capacity - free - held;
    this.state = { status, reason: reason ?? null, since: since ?? null, capacity, paused: paused ?? [], leaving };
    this.todayBy = todayBy ?? '';
    if (!todayBy) this.#seen = '';
    this.madeAway = by === 'system' && status === 'away' ? { reason, since } : null;
  }

  /** The supervisor whose change for today was not acknowledged yet. */
  get changedBy() {
    return this.todayBy === this.#seen ? '' : this.todayBy;
  }

  /** The agent has read that a supervisor changed something for today. */
  acknowledge() {
    this.#seen = this.todayBy;
    this.redraw();
  }

  /** @param {Status} status @param {string|null} [reason] */
  async set(status, reason = null) {
    await this.#choose({ status, reason: reason ?? undefined }, reason);
  }

  /** Away for now, and offline once the last chat is over. */
  async leaveWhenDone() {
    await this.#choose({ status: 'away', leaving: true }, null);
  }

  /** @param {Record<string, unknown>} fields @param {string|null} reason */
  #choose(fields, reason) {
    return this.#command(fields, (ok) => {
      const since = new Date(this.now()).toISOString();
      const { status, capacity, paused, leaving = false } = ok;
      this.state = { status, reason, since, capacity, paused, leaving };
      this.madeAway = null;
    });
  }

  /** Takes new chats from a team, or pauses it. @param {string} team @param {boolean} pauses */
  async pause(team, pauses) {
    const before = this.state;
    if (!before) return;
    const others = before.paused.filter((one) => one !== team && this.knows(one));
    const { status, reason, leaving } = before;
    const paused = pauses ? [...others, team] : others;
    // Set at once, so that the next choice starts from it.
    this.state = { ...before, paused };
    this.redraw();
    const fields = { status, reason: reason ?? undefined, paused, ...(leaving && { leaving }) };
    await this.#command(fields, () => {}, before.paused);
  }

  /**
   * @param {Record<string, unknown>} fields @param {(ok: import('../shared/client/types.js').Ok) => void} done
   * @param {string[]} [paused] as they were, if they were changed before the answer
   */
  async #command(fields, done, paused) {
    try {
      done(await this.desk.command('presence.set', fields));
      this.refusal = '';
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      if (this.state && paused) this.state = { ...this.state, paused };
      this.refusal = error.message;
    }
    this.redraw();
  }
}
