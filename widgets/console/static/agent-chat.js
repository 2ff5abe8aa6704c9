/**
 * One chat as the console knows it, built from its events. Pure.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @import { About } from '../shared/types.js'
 * @import { Parting } from './partings.js'
 * @typedef {'owed'|'yours'|'theirs'} Group who waits for whom: a first response is owed, the customer waits, the agent waits
 */

/** @param {string} at */
export const ms = (at) => new Date(at).getTime();

export class AgentChat {
  /** @param {string} chat */
  constructor(chat) {
    this.chat = chat;
    /** @type {About|null} */
    this.about = null;
    this.team = '';
    this.held = false;
    this.lastSeq = 0;
    /** @type {number|null} ms */
    this.firstReplyOwedAt = null;
    /** @type {number|null} ms */
    this.waitingSince = null;
    /** @type {number|null} ms */
    this.repliedAt = null;
    /** @type {{seq: number, text: string, own: boolean}|null} */
    this.last = null;
    /** The customer's messages that may name an address. @type {Array<{seq: number, text: string}>} */
    this.withAddress = [];
    /** The customer's last message. @type {{seq: number, text: string}|null} */
    this.theirs = null;
    /** @type {number[]} */
    this.unread = [];
    this.readUpto = 0;
    this.readByCustomer = 0;
    /** @type {number|null} ms */
    this.goneSince = null;
    /** @type {Durable|null} */
    this.closed = null;
    /** What the site says of its customer, by its own names. @type {Record<string, string>} */
    this.fields = {};
    /** The customer's first line: the server uses it as the subject if there is none. @type {{seq: number, line: string}|null} */
    this.first = null;
    /** @type {string|null} the colleague who has it now */
    this.by = null;
    /** That colleague has lost the connection. */
    this.agentGone = false;
    /** @type {Parting|null} why it is no longer the agent's */
    this.parting = null;
    /** The agent lost the chat while it was on their screen. */
    this.lost = false;
    /** First name of the colleague who transferred it. Empty once somebody has replied since. */
    this.from = '';
    /** It is in the queue. */
    this.waits = false;
    /** The desk has asked for the first response. */
    this.nudged = false;
  }

  /**
   * The customer has connected, or disconnected. Time while they are disconnected does not count as a wait.
   * @param {boolean} connected @param {number} at ms
   */
  customerIs(connected, at) {
    if (connected && this.goneSince !== null && this.waitingSince !== null && this.waitingSince < at)
      this.waitingSince += Math.max(0, at - Math.max(this.goneSince, this.waitingSince));
    this.goneSince = connected ? null : at;
  }

  /** The customer has another name or address. @param {{name?: string|null, email?: string|null}} fields */
  correct(fields) {
    if (this.about) this.about = { ...this.about, customer: { ...this.about.customer, ...fields } };
  }

  /** @returns {Group} */
  get group() {
    if (this.firstReplyOwedAt !== null) return 'owed';
    return this.waitingSince === null ? 'theirs' : 'yours';
  }

  get firstLine() {
    return this.first?.line ?? '';
  }

  get since() {
    return this.firstReplyOwedAt ?? this.waitingSince ?? this.repliedAt ?? (this.about ? ms(this.about.last_at) : 0);
  }
}
