/** The browser features that the client library uses. */

import { lazily } from './lazily.js';

/** @import { Env } from './types.js' */

/** @returns {Env} */
export function browserEnv() {
  const { navigator, window, document } = globalThis;
  return {
    WebSocket: /** @type {Env['WebSocket']} */ (/** @type {unknown} */ (globalThis.WebSocket)),
    fetch: (url, init) => fetch(url, init),
    prove: async (challenge) => (await lazily(() => import('./proof-of-work.js'))).solve(challenge),
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    random: () => Math.random(),
    online: () => navigator?.onLine !== false,
    locks: navigator?.locks ?? null,
    BroadcastChannel: globalThis.BroadcastChannel ?? null,
    window: window ?? null,
    document: document ?? null,
  };
}

/** The address of a socket. @param {string} url */
export function absolute(url) {
  const whole = new URL(url, globalThis.location?.href);
  whole.protocol = whole.protocol.replace('http', 'ws');
  return whole.href;
}

/**
 * Follows the page's own events until the function that it returns is called.
 * @param {Env} env
 * @param {{turnedTo: () => void, hidden: () => void, shown: () => void, stored: (event: StorageEvent) => void}} on
 *   `turnedTo`: somebody looks at the page, or the network changed; `hidden`, `shown`: as the browser keeps it for "back"
 */
export function listenTo({ window, document }, { turnedTo, hidden, shown, stored }) {
  /** @type {Array<[EventTarget|null, string, (event: any) => void]>} */
  const all = [
    [window, 'online', turnedTo],
    [window, 'offline', turnedTo],
    [document, 'visibilitychange', () => document?.visibilityState === 'visible' && turnedTo()],
    [window, 'pagehide', hidden],
    [window, 'pageshow', (event) => event.persisted && shown()],
    [window, 'storage', stored],
  ];
  for (const [target, type, listener] of all) target?.addEventListener(type, listener);
  return () => {
    for (const [target, type, listener] of all) target?.removeEventListener(type, listener);
  };
}
