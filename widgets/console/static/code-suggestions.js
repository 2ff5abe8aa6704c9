/**
 * Suggests resolution codes for a chat, from recently solved tickets like it. Pure.
 *
 * @typedef {{resolution: string|null, product: string|null}} Past a ticket that was solved
 */

/** A ticket about the same product counts this many times. */
const SAME_PRODUCT = 3;
const SHOWN = 3;

/** The likeliest first, at most three. @param {Past[]} tickets newest first @param {string} product @returns {string[]} keys of codes */
export function likely(tickets, product) {
  /** @type {Map<string, number>} */
  const weights = new Map();
  for (const { resolution, product: about } of tickets) {
    if (resolution) weights.set(resolution, (weights.get(resolution) ?? 0) + (about === product ? SAME_PRODUCT : 1));
  }
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([key]) => key);
}
