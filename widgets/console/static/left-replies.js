/**
 * Replies that wait before they are sent, kept in this browser until it is certain that the desk has them. One whose page
 * was left is told of on the next page. It draws nothing.
 *
 * @import { Drafts } from '../shared/drafts.js'
 * @import { Ticket } from '../shared/types.js'
 * @typedef {{text: string, status: string, seen: number, files: number, until: number}} Left
 *   `seen`: the last event of the ticket then; `until`: it may still be under way (ms)
 */

export class LeftReplies {
  /** @param {string} person @param {Storage|null} storage */
  constructor(person, storage) {
    this.prefix = `switchboard.left.${person}.`;
    this.storage = storage;
  }

  /** @param {number} number of the ticket @param {Left} left @returns {boolean} false without storage */
  keep(number, left) {
    try {
      this.storage?.setItem(this.prefix + number, JSON.stringify(left));
    } catch {
      return false;
    }
    return this.storage !== null;
  }

  /** @param {number} number @returns {Left|null} */
  of(number) {
    try {
      return JSON.parse(this.storage?.getItem(this.prefix + number) ?? 'null');
    } catch {
      return null;
    }
  }

  /** It may be under way until then. @param {number} number @param {number} until ms */
  delay(number, until) {
    const left = this.of(number);
    if (left) this.keep(number, { ...left, until });
  }

  /** @param {number} number */
  drop(number) {
    this.storage?.removeItem(this.prefix + number);
  }

  /** Numbers of the tickets. */
  get all() {
    const keys = Array.from({ length: this.storage?.length ?? 0 }, (_, at) => this.storage?.key(at) ?? '');
    return keys.filter((key) => key.startsWith(this.prefix)).map((key) => Number(key.slice(this.prefix.length)));
  }
}

/** The ticket has it. An equal text from before is another one. @param {Left} left @param {Ticket} ticket @param {string} me */
export const isStored = ({ text, seen }, { transcript }, me) =>
  (transcript ?? []).some(
    (one) => one.chat === undefined && one.seq > seen && one.from?.id === me && one.text?.trim() === text.trim(),
  );

/** What the desk has is no draft any more. @param {Drafts} drafts of tickets @param {number} number @param {Left} left */
export function settleDraft(drafts, number, { text }) {
  if (drafts.get(String(number)) !== text) return;
  for (const key of [number, `${number}.key`, `${number}.seen`]) drafts.set(String(key), '');
}
