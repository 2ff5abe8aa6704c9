/** A visitor's token is ended on the server. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { endToken } from '../../../widgets/shared/static/client/sign-out.js';

/** @param {Array<number|Error>} answers one a try */
function web(...answers) {
  /** @type {Array<{url: string, init: RequestInit}>} */
  const asked = [];
  /** @type {Array<{run: () => unknown, ms: number}>} */
  const timers = [];
  return {
    asked,
    timers,
    /** @param {string} url @param {RequestInit} init */
    fetch: async (url, init) => {
      asked.push({ url, init });
      const answer = answers.shift() ?? 204;
      if (answer instanceof Error) throw answer;
      return new Response(null, { status: answer });
    },
    /** @param {() => unknown} run @param {number} ms */
    setTimeout: (run, ms) => timers.push({ run, ms }),
  };
}

test('the token is shown once, without cookies, and outlives the page', async () => {
  const env = web(204);
  await endToken('abc', env);
  assert.equal(env.asked.length, 1);
  const [{ url, init }] = env.asked;
  assert.deepEqual([url, init.method, init.credentials, init.keepalive], ['/api/session', 'DELETE', 'omit', true]);
  assert.deepEqual(init.headers, { Authorization: 'Bearer abc' });
  assert.deepEqual(env.timers, []);
});

test('a desk that cannot be reached is asked again, later each time, and not for ever', async () => {
  const away = () => new TypeError('fetch failed');
  const env = web(away(), 503, 429, away(), away(), away(), away());
  await endToken('abc', env);
  const pauses = [];
  for (let timer = env.timers.shift(); timer; timer = env.timers.shift()) {
    pauses.push(timer.ms);
    await timer.run();
  }
  assert.deepEqual(pauses, [2_000, 4_000, 8_000, 16_000, 32_000]);
  assert.equal(env.asked.length, 6);
});

test('what the desk refuses is not asked again', async () => {
  const env = web(403);
  await endToken('abc', env);
  assert.deepEqual(env.timers, []);
});
