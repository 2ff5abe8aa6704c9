/** Summarizes in a sentence what happened to an agent's chats while they were disconnected. Pure. */

import { firstName } from '../shared/people.js';

/** @param {number} count @param {string} noun */
const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

export class OutageSummary {
  /** @type {Map<string, Set<number>>} the `seq`s of messages by chat */
  #messages = new Map();
  /** @type {Set<string>} */
  #given = new Set();

  /** @param {number} at ms, when the line was lost @param {Map<string, number>} held the chats that were held then, with the `seq` that each had come to */
  constructor(at, held) {
    this.at = at;
    this.held = held;
  }

  /**
   * A customer wrote. A message that the desk had reported before the outage is not new, even if this page fetches it
   * only now.
   * @param {string} chat @param {number} seq
   */
  message(chat, seq) {
    if (seq <= (this.held.get(chat) ?? 0)) return;
    const seqs = this.#messages.get(chat) ?? new Set();
    this.#messages.set(chat, seqs.add(seq));
  }

  /** A chat came to the agent. @param {string} chat */
  given(chat) {
    if (!this.held.has(chat)) this.#given.add(chat);
  }

  /** Chats in which something happened, in that order. @returns {string[]} */
  get chats() {
    return [...new Set([...this.#messages.keys(), ...this.#given])];
  }

  /**
   * The summary in a sentence.
   * @param {(chat: string) => {held: boolean, closed: boolean, by: string|null}} now how a chat stands; `by`: the colleague who has it
   * @returns {string}
   */
  words(now) {
    const messages = [...this.#messages.values()].reduce((sum, seqs) => sum + seqs.size, 0);
    const lost = [...this.held.keys()].map(now).filter(({ held }) => !held);
    const closed = lost.filter((one) => one.closed).length;
    const others = lost.filter((one) => !one.closed);
    /** @type {Map<string, number>} */
    const takers = new Map();
    for (const { by } of others) takers.set(firstName(by), (takers.get(firstName(by)) ?? 0) + 1);
    const parts = [
      messages > 0 && `${counted(messages, 'new message')} in ${counted(this.#messages.size, 'chat')}`,
      this.#given.size > 0 && counted(this.#given.size, 'new chat'),
      ...[...takers].map(
        ([name, count]) => `${counted(count, 'chat')} went ${name ? `to ${name}` : 'back to the queue'}`,
      ),
      closed > 0 && `${counted(closed, 'chat')} ended`,
    ].filter((part) => part !== false);
    return parts.length ? `${parts.join(', ')}.` : 'Nothing new meanwhile.';
  }
}
