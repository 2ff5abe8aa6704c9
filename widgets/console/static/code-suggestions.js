/**
 * Suggests resolution codes for a chat, from recently solved tickets like it. Pure.
 *
 * @typedef {{resolution: string|null, product: string|null, subject?: string|null, assignee?: {id: string}|null}} Past a ticket that was solved
 */

/** What a ticket counts, and what is added if it is like the chat. */
const ANY = 1;
const SAME_PRODUCT = 2;
const SAME_AGENT = 1;
/** For each word that its subject shares with the conversation, up to a limit. */
const SAME_WORD = 2;
const WORDS_MAX = 3;
const SHOWN = 3;
/** Accidents say nothing about what comes next. */
const NEVER = new Set(['void']);
/** Shorter words say little. */
const WORD_MIN = 4;

/**
 * The likeliest first, at most three.
 * @param {Past[]} tickets newest first @param {{product: string, agent?: string, words?: string}} chat `words`: what was said
 * @returns {string[]} keys of codes
 */
export function likely(tickets, { product, agent = '', words = '' }) {
  const said = wordsOf(words);
  /** @type {Map<string, number>} */
  const weights = new Map();
  for (const ticket of tickets) {
    if (!ticket.resolution || NEVER.has(ticket.resolution)) continue;
    const shared = [...wordsOf(ticket.subject ?? '')].filter((word) => said.has(word)).length;
    const weight =
      ANY +
      (product && ticket.product === product ? SAME_PRODUCT : 0) +
      (agent && ticket.assignee?.id === agent ? SAME_AGENT : 0) +
      SAME_WORD * Math.min(shared, WORDS_MAX);
    weights.set(ticket.resolution, (weights.get(ticket.resolution) ?? 0) + weight);
  }
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([key]) => key);
}

/** The code that the agent used last. @param {Past[]} tickets newest first @param {string} agent @returns {string|null} */
export const usedLast = (tickets, agent) =>
  tickets.find(({ resolution, assignee }) => resolution && assignee?.id === agent)?.resolution ?? null;

/** @param {string} text @returns {Set<string>} */
function wordsOf(text) {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return new Set(words.filter((word) => word.length >= WORD_MIN));
}
