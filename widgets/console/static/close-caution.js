/**
 * Why an agent should look again before they close a chat. Pure.
 *
 * @typedef {{kind: 'wrote'|'unanswered'|'last_word', text: string}} Caution `text`: what the customer wrote just now
 */

/**
 * @param {{theirs: {seq: number, text: string}|null, repliedAt: number|null, waitingSince: number|null}} chat
 * @param {number} since the last `seq` when the sheet was opened
 * @param {boolean} [answers] whether a reply of the agent is on its way, such as without a connection; it is sent before the close @returns {Caution|null}
 */
export function caution({ theirs, repliedAt, waitingSince }, since, answers = false) {
  if (theirs && theirs.seq > since && waitingSince !== null) return { kind: 'wrote', text: theirs.text };
  if (answers) return null;
  if (repliedAt === null) return { kind: 'unanswered', text: '' };
  return waitingSince === null ? null : { kind: 'last_word', text: '' };
}

/** After a new message nothing is closed for this long. */
export const RESTS_MS = 1_000;

/** What the customer writes while the sheet is open. */
export class Meanwhile {
  #seq;
  #until = -Infinity;

  /** @param {number} [since] the last `seq` when the sheet was opened */
  constructor(since = 0) {
    this.#seq = since;
  }

  /** Whether the close rests now. It asks for the newest message itself: that one may not be on the screen yet. @param {number} seq of the customer's last message @param {number} now ms */
  rests(seq, now) {
    if (seq > this.#seq) {
      this.#seq = seq;
      this.#until = now + RESTS_MS;
    }
    return now < this.#until;
  }
}

/** The sentence without the quotation. @param {Caution} caution @param {string} name empty if they gave none @param {boolean} own it is the reader's chat */
export function cautionWords({ kind }, name, own) {
  if (kind === 'wrote') return `${name || 'The visitor'} wrote just now:`;
  const who = name || 'the visitor';
  if (kind === 'last_word') return `The last word is ${who}’s.`;
  return own ? `You never replied to ${who}.` : `Nobody replied to ${who}.`;
}
