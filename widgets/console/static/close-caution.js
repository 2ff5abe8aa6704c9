/**
 * Why an agent should look again before they close a chat. Pure.
 *
 * @typedef {{kind: 'wrote'|'unanswered'|'last_word', text: string}} Caution `text`: what the customer wrote just now
 */

/**
 * @param {{theirs: {seq: number, text: string}|null, repliedAt: number|null, waitingSince: number|null}} chat
 * @param {number} since the last `seq` when the sheet was opened @returns {Caution|null}
 */
export function caution({ theirs, repliedAt, waitingSince }, since) {
  if (theirs && theirs.seq > since && waitingSince !== null) return { kind: 'wrote', text: theirs.text };
  if (repliedAt === null) return { kind: 'unanswered', text: '' };
  return waitingSince === null ? null : { kind: 'last_word', text: '' };
}

/** The sentence without the quotation. @param {Caution} caution @param {string} name empty if they gave none @param {boolean} own it is the reader's chat */
export function cautionWords({ kind }, name, own) {
  if (kind === 'wrote') return `${name || 'The visitor'} wrote just now:`;
  const who = name || 'the visitor';
  if (kind === 'last_word') return `The last word is ${who}’s.`;
  return own ? `You never replied to ${who}.` : `Nobody replied to ${who}.`;
}
