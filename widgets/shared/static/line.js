/**
 * What the whole face must say of the line: that it is down, and that nothing can be stored.
 * A quiet line may never look like a quiet chat.
 *
 * @import { Entry, LineState } from './client/types.js'
 */

import { fill, h, icon, say } from './dom.js';
import { t } from './words.js';

const SETTLE_MS = 1_500;

/** What to do where the desk has ended the line for good. @param {number|null} code */
function stoppedWords(code) {
  if (code === 4001 || code === 4010) return t('Sign in again to go on.');
  if (code === 4003) return t('This account may not use this page.');
  return code === 4004 ? t('Reload the page: a newer version is there.') : t('Reload the page to connect again.');
}

/**
 * @param {LineState} state
 * @param {{lost: string, safe: string}} words
 * @param {number} now ms
 * @returns {{strong: string, again: string, safe: string}|null} null while the line is up
 */
export function lineWords(state, words, now) {
  if (state.line === 'live') return null;
  if (state.line === 'stopped') return { strong: t('Disconnected.'), again: '', safe: stoppedWords(state.code) };
  const seconds = state.retryAt ? Math.ceil((state.retryAt - now) / 1000) : 0;
  return { strong: words.lost, again: state.line === 'waiting' && seconds > 0 ? t('Trying again in {seconds} s.', { seconds }) : t('Trying again now.'), safe: words.safe };
}

/**
 * Draws the banner and goes on counting down. A first connection, or one that is back at
 * once, shows nothing. The countdown is for the eye; the rest is read out once.
 * @param {{status: HTMLElement, desk: {state: LineState}, words: {lost: string, safe: string}, action?: (code: number|null) => Node|null}} options
 * @returns {() => void} draws now
 */
export function lineBanner({ status, desk, words, action = () => null }) {
  const countdown = h('span', { 'aria-hidden': 'true' });
  /** @type {number|null} */
  let downSince = Date.now();
  /** @type {string|null} */
  let shown = null;
  const draw = () => {
    const now = Date.now();
    const said = lineWords(desk.state, words, now);
    downSince = said ? downSince ?? now : null;
    const settled = said && (desk.state.line === 'stopped' || now - (downSince ?? now) > SETTLE_MS) ? said : null;
    const wanted = settled && settled.strong + settled.safe;
    if (wanted !== shown) {
      shown = wanted;
      fill(status, settled && h('p', { class: 'banner' }, icon('wifi-off'), h('span', {}, h('b', {}, settled.strong), countdown, ` ${settled.safe}`), action(desk.state.code)));
    }
    if (settled) say(countdown, settled.again && ` ${settled.again}`);
  };
  setInterval(draw, 500);
  return draw;
}

/** Those that the server could not store. @param {Entry[]} entries @returns {Entry[]} */
export const unstored = (entries) => entries.filter((entry) => entry.refusal?.code === 'unavailable' && !entry.refusal.local);
