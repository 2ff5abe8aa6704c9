/**
 * Resolution codes that the desk suggests. Only a help: all codes are there without them.
 *
 * @typedef {typeof import('../shared/http.js').ask} Ask
 * @typedef {{codes: string[], usedLast: string|null}} Suggested keys, the likeliest first; and the code that the reader used last
 */

import { Refused } from '../shared/http.js';

/** Nobody waits longer for suggestions. */
const PATIENCE_MS = 400;

/** @param {Ask} ask @param {string} of `chats/ID` or `tickets/NUMBER` @param {number} [patienceMs] @returns {Promise<Suggested>} none if the desk is slow or refuses */
export async function likelyCodes(ask, of, patienceMs = PATIENCE_MS) {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const { data } = await ask('GET', `/api/${of}/likely-codes`, { signal });
    return { codes: data.codes, usedLast: data.used_last };
  } catch (error) {
    if (!(error instanceof Refused) && !signal.aborted) throw error;
    return { codes: [], usedLast: null };
  }
}
