/**
 * Texts for a lost connection and for messages that cannot be stored, so that a lost connection never looks like a
 * quiet chat. Pure.
 *
 * @import { Entry, LineState } from './client/types.js'
 */

import { t } from './words.js';

const SETTLE_MS = 1_500;

/** What to do after the desk has closed the connection for good. @param {number|null} code */
function stoppedWords(code) {
  if (code === 4001 || code === 4010) return t('Sign in again to continue.');
  if (code === 4003) return t('Your account can’t use this page.');
  return code === 4004 ? t('A new version is available. Reload the page.') : t('Reload the page to connect again.');
}

/**
 * @param {LineState} state
 * @param {{lost: string, safe: string}} words
 * @param {number} now ms
 * @returns {{strong: string, again: string, safe: string}|null} null while it is up, as far as anybody knows
 */
export function connectionWords(state, words, now) {
  if (state.line === 'live' && !state.doubted) return null;
  if (state.line === 'stopped') return { strong: t('Disconnected.'), again: '', safe: stoppedWords(state.code) };
  const seconds = state.retryAt ? Math.ceil((state.retryAt - now) / 1000) : 0;
  return {
    strong: words.lost,
    again:
      state.line === 'waiting' && seconds > 0 ? t('Trying again in {seconds} s.', { seconds }) : t('Trying again now.'),
    safe: words.safe,
  };
}

/** True if it is time to show it: certain states at once, a short interruption not at all. @param {LineState} state @param {number} since ms @param {number} now ms */
export const isTold = (state, since, now) => state.line === 'stopped' || state.doubted || now - since > SETTLE_MS;

/** Entries that the server could not store. @param {Entry[]} entries @returns {Entry[]} */
export const unstored = (entries) =>
  entries.filter((entry) => entry.refusal?.code === 'unavailable' && !entry.refusal.local);
