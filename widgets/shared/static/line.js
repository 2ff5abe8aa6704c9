/** The banner that says whether the line is up: a quiet line may never look like a quiet chat. */

import { fill, h, icon, say } from './dom.js';

const SETTLE_MS = 1_500;

/**
 * @param {{line: string, retryAt: number|null, code?: number|null}} state
 * @param {{lost: string, safe: string}} words
 * @param {number} now ms
 * @returns {{strong: string, again: string, safe: string}|null} null while the line is up
 */
export function lineWords(state, words, now) {
  if (state.line === 'live') return null;
  if (state.line === 'stopped') {
    const why = { 4001: 'Sign in again to go on.', 4010: 'Sign in again to go on.', 4003: 'This account may not use this page.', 4004: 'Reload the page: a newer version is there.' };
    return { strong: 'Disconnected.', again: '', safe: why[state.code] ?? 'Reload the page to connect again.' };
  }
  const seconds = state.retryAt ? Math.ceil((state.retryAt - now) / 1000) : 0;
  return { strong: words.lost, again: state.line === 'waiting' && seconds > 0 ? `Trying again in ${seconds} s.` : 'Trying again now.', safe: words.safe };
}

/**
 * Draws the banner and goes on counting down. A first connection, or one that is back at
 * once, shows nothing. The countdown is for the eye; the rest is read out once.
 * @param {{status: HTMLElement, desk: object, words: {lost: string, safe: string}, action?: (code: number|null) => Node|null}} options
 * @returns {() => void} draws now
 */
export function lineBanner({ status, desk, words, action = () => null }) {
  const countdown = h('span', { 'aria-hidden': 'true' });
  let downSince = Date.now();
  let shown = null;
  const draw = () => {
    const now = Date.now();
    const said = lineWords(desk.state, words, now);
    if (!said) downSince = null;
    else downSince ??= now;
    const settled = said && (desk.state.line !== 'connecting' || now - downSince > SETTLE_MS);
    const wanted = settled ? said.strong + said.safe : null;
    if (wanted !== shown) {
      shown = wanted;
      fill(status, wanted && h('p', { class: 'banner' }, icon('wifi-off'), h('span', {}, h('b', {}, said.strong), countdown, ` ${said.safe}`), action(desk.state.code ?? null)));
    }
    if (settled) say(countdown, said.again && ` ${said.again}`);
  };
  setInterval(draw, 500);
  return draw;
}
