/**
 * The clock of a row: how long a reply is owed, or a customer is silent, against the targets of the team. Pure.
 *
 * A next response counts from the customer's first unanswered message, and pauses while the customer is disconnected.
 *
 * @import { Team } from '../shared/types.js'
 * @import { AgentChat } from './agent-chat.js'
 * @import { Row } from './chats.js'
 * @typedef {{text: 'over'|'left'|'for'|'gone'|'paused', ms: number, tone: ''|'over'|'due'}} Timer
 */

const LAST_MINUTE = 60_000;
const FIRST_REPLY_S = 180;
const NEXT_REPLY_S = 300;

/** @param {AgentChat} held @param {Team|undefined} team @param {number} now ms @returns {Timer} */
export function timerOf(held, team, now) {
  const { group, since, goneSince, nudged } = held;
  const lasted = now - since;
  if (group === 'owed') return counted(lasted, team?.first_reply_s ?? FIRST_REPLY_S, nudged, 'left');
  if (group === 'yours' && goneSince !== null) return { text: 'paused', ms: Math.max(0, goneSince - since), tone: '' };
  if (group === 'yours') return counted(lasted, team?.next_reply_s ?? NEXT_REPLY_S, nudged, 'for');
  if (goneSince !== null) return { text: 'gone', ms: now - goneSince, tone: '' };
  return { text: 'for', ms: lasted, tone: '' };
}

/**
 * @param {number} lasted ms @param {number} target s @param {boolean} nudged the desk's clock counts, and says that it is late
 * @param {'left'|'for'} before the text before the last minute @returns {Timer}
 */
function counted(lasted, target, nudged, before) {
  const left = target * 1000 - lasted;
  if (left < 0 || nudged) return { text: 'over', ms: Math.max(0, -left), tone: 'over' };
  if (left <= LAST_MINUTE) return { text: 'left', ms: left, tone: 'due' };
  return { text: before, ms: before === 'left' ? left : lasted, tone: '' };
}

/** Text of a timer. @param {Timer} timer @param {(ms: number) => string} clock */
export function timerWords({ text, ms: length }, clock) {
  if (text === 'gone') return `left ${length < 60_000 ? 'just now' : `${Math.floor(length / 60_000)} min ago`}`;
  if (text === 'paused') return `paused at ${clock(length)}`;
  return text === 'for' ? clock(length) : `${clock(length)} ${text}`;
}

const STAGES = { '': 0, due: 1, over: 2 };

/** Tells once that the next response of a chat has become due, and once that it is late. */
export class Stages {
  /** The stage of each chat. @type {Map<string, number>} */
  #heard = new Map();

  /** @param {Row[]} rows the chats whose customers wait @returns {Row[]} those that have reached another stage since the last call */
  reached(rows) {
    const before = this.#heard;
    this.#heard = new Map();
    return rows.filter((row) => {
      const known = before.get(row.chat) ?? 0;
      const stage = Math.max(STAGES[row.timer.tone], known);
      this.#heard.set(row.chat, stage);
      return stage > known;
    });
  }
}
