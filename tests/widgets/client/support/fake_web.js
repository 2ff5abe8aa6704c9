/** A `fetch` whose other end is the test. */

import { until } from './waiting.js';

/** @typedef {import('../../../../widgets/shared/static/client/types.js').Frame} Frame */
/** @typedef {{method: string, after: string|null, line: string|undefined, body: {frames: Frame[], side?: string, close?: boolean}, keepalive: boolean, url: string}} Asked */
/** @typedef {Asked & {resolve: (answer: Response) => void, reject: (error: unknown) => void}} Waiting */

export class FakeWeb {
  /** @type {Asked[]} every request, in order */ asked = [];
  /** @type {Waiting[]} those without an answer */ waiting = [];

  /** @param {string} url @param {RequestInit} init @returns {Promise<Response>} */
  fetch = (url, { method = 'GET', body, headers, keepalive = false, signal }) =>
    new Promise((resolve, reject) => {
      const line = /** @type {Record<string, string>} */ (headers)['Switchboard-Line'];
      const asked = {
        method,
        url,
        line,
        keepalive,
        after: new URL(url).searchParams.get('after'),
        body: JSON.parse(String(body ?? '{"frames":[]}')),
      };
      const waiting = { ...asked, resolve, reject };
      this.asked.push(asked);
      this.waiting.push(waiting);
      signal?.addEventListener('abort', () => {
        this.waiting = this.waiting.filter((one) => one !== waiting);
        reject(signal.reason);
      });
    });

  /** @param {'GET'|'POST'} method @returns {Promise<Waiting>} the request of this kind that has no answer, once there is one */
  async next(method) {
    await until(() => this.waiting.some((one) => one.method === method), `a ${method} is asked`);
    return /** @type {Waiting} */ (this.waiting.find((one) => one.method === method));
  }

  /** @param {'GET'|'POST'} method @param {object|string} body a string where it is no JSON @param {{status?: number, after?: string}} [how] `after`: Retry-After */
  async answer(method, body, { status = 200, after } = {}) {
    const waiting = await this.next(method);
    this.waiting = this.waiting.filter((one) => one !== waiting);
    waiting.resolve(
      new Response(typeof body === 'string' ? body : JSON.stringify(body), {
        status,
        headers: after ? { 'Retry-After': after } : {},
      }),
    );
  }

  /** The request is not answered. @param {'GET'|'POST'} method */
  async cut(method) {
    const waiting = await this.next(method);
    this.waiting = this.waiting.filter((one) => one !== waiting);
    waiting.reject(new TypeError('fetch failed'));
  }

  /** Open a line, and answer `hello`. */
  async greet() {
    const { body } = await this.next('POST');
    await this.answer('POST', { line: 'secret' });
    await this.answer('GET', { frames: [{ type: 'ok', id: body.frames[0].id, epoch: 'e1' }], next: 1 });
  }
}
