/** The desk's HTTP interface: JSON in, JSON out, one kind of error. */

import { t } from './words.js';

/** Nobody waits longer for a second try, in s. */
const PAUSE_MAX_S = 2;
const SEARCH = /[?&]q=/u;

/** @typedef {{challenge: string, bits: number, site_key?: string}} Challenge */

/** A refusal (RFC 9457): `code` of the protocol, a sentence for people, `fields` with a sentence each. */
export class Refused extends Error {
  /** @param {number} status @param {Record<string, any>} problem */
  constructor(status, problem) {
    super(problem.detail || problem.title || t('Something went wrong. Try again.'));
    this.status = status;
    this.code = problem.code ?? 'unavailable';
    /** @type {Record<string, string>} */
    this.fields = problem.fields ?? {};
    /** @type {Challenge|undefined} to be answered first */
    this.challenge = problem.challenge;
    /** @type {import('./client/types.js').Durable[]|undefined} what others wrote on a ticket meanwhile */
    this.since = problem.since;
  }
}

/**
 * True if the desk has checked the request and will never accept it. Any other failure may have been lost on the way,
 * or may pass.
 * @param {number} status
 */
export const final = (status) => status >= 400 && status < 500 && ![408, 425, 429].includes(status);

/**
 * A read that a busy desk could not serve in time is asked once more, when the desk says. A search is not: it would take
 * as long again.
 *
 * @param {string} method
 * @param {string} path
 * @param {{body?: object, headers?: Record<string, string>, bearer?: string|null, signal?: AbortSignal, again?: boolean}} [options] `bearer`: who asks, in the session's place; `again`: asked once more already
 * @returns {Promise<{data: any, etag: string|null}>} rejects with `Refused`, also where there is no line
 */
export async function ask(method, path, options = {}) {
  const { body, headers = {}, bearer, signal, again } = options;
  let response;
  let text;
  try {
    response = await fetch(path, {
      method,
      signal,
      credentials: bearer ? 'omit' : 'same-origin',
      headers: {
        Accept: 'application/json',
        ...(bearer ? { Authorization: `Bearer ${bearer}` } : {}),
        ...(body ? { 'Content-Type': 'application/json' } : {}),
        ...headers,
      },
      body: body ? JSON.stringify(body) : undefined,
    });
    text = await response.text();
  } catch (fault) {
    if (signal?.aborted) throw fault;
    throw new Refused(0, { code: 'unavailable', detail: t('No connection.') });
  }
  let data = null;
  try {
    data = text ? JSON.parse(text) : null;
  } catch {
    data = null;
  }
  const pause = Number(response.headers.get('Retry-After'));
  if (
    method === 'GET' &&
    response.status === 503 &&
    pause > 0 &&
    pause <= PAUSE_MAX_S &&
    !again &&
    !SEARCH.test(path)
  ) {
    await new Promise((done) => setTimeout(done, pause * 1000));
    return ask(method, path, { ...options, again: true });
  }
  if (!response.ok) throw new Refused(response.status, data ?? {});
  return { data, etag: response.headers.get('ETag') };
}
