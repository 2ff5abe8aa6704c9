/** The desk's HTTP interface, with a second try of reads for which the desk was too busy. */

import { Refused, ask as once } from './asking.js';

export { Refused, final } from './asking.js';

/** Nobody waits longer for a second try, in s. */
const PAUSE_MAX_S = 2;
const SEARCH = /[?&]q=/u;

/** A read that a busy desk could not serve in time is made once more, when the desk says. @param {RequestInfo|URL} path @param {RequestInit} [init] */
async function patient(path, init) {
  const response = await fetch(path, init);
  const pause = Number(response.headers.get('Retry-After'));
  if (response.status !== 503 || !(pause > 0 && pause <= PAUSE_MAX_S)) return response;
  await new Promise((done) => setTimeout(done, pause * 1000));
  return fetch(path, init);
}

/** Pages of staff say what somebody without a session can do. @param {unknown} why @returns {never} */
function refused(why) {
  if (why instanceof Refused && why.status === 401)
    globalThis.dispatchEvent?.(new CustomEvent('unauthorized', { detail: why }));
  throw why;
}

/**
 * As `ask` of `asking.js`. A search is not made again: it would take as long again. A window hears of `unauthorized`.
 *
 * @type {typeof once}
 */
export const ask = (method, path, options) =>
  once(method, path, method === 'GET' && !SEARCH.test(path) ? { ...options, via: patient } : options).catch(refused);
