/** The desk's HTTP interface: JSON in, JSON out, one kind of error. Customers' first pages use it as it is, others through `http.js`. */

import { t } from './words.js';

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
 * @param {string} method
 * @param {string} path
 * @param {{body?: object, headers?: Record<string, string>, bearer?: string|null, signal?: AbortSignal, via?: typeof fetch}} [options] `bearer`: who asks, in the session's place; `via`: in the place of `fetch`
 * @returns {Promise<{data: any, etag: string|null}>} rejects with `Refused`, also where there is no line
 */
export async function ask(method, path, { body, headers = {}, bearer, signal, via = fetch } = {}) {
  let response;
  let text;
  try {
    response = await via(path, {
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
    data = JSON.parse(text);
  } catch {
    // Nothing, or a page of a proxy.
  }
  if (!response.ok) throw new Refused(response.status, data ?? {});
  return { data, etag: response.headers.get('ETag') };
}
