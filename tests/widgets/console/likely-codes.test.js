import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { likelyCodes } = await import('../../../widgets/console/static/likely-codes.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const NONE = { codes: [], usedLast: null };

test('the codes that the desk suggests come in its order', async () => {
  const asked = /** @type {string[]} */ ([]);
  const ask = async (/** @type {string} */ method, /** @type {string} */ path) => {
    asked.push(`${method} ${path}`);
    return { data: { codes: ['set_up', 'void'], used_last: 'void' }, etag: null };
  };
  assert.deepEqual(await likelyCodes(ask, 'tickets/7'), { codes: ['set_up', 'void'], usedLast: 'void' });
  assert.deepEqual(asked, ['GET /api/tickets/7/likely-codes']);
});

test('without suggestions from the desk there are none', async () => {
  const refuses = async () => {
    throw new Refused(404, {});
  };
  assert.deepEqual(await likelyCodes(refuses, 'chats/a'), NONE);
});

test('nobody waits for a slow desk', async () => {
  /** @type {typeof import('../../../widgets/shared/static/http.js').ask} */
  const slow = (_method, _path, { signal } = {}) =>
    new Promise((_, fail) => {
      signal?.addEventListener('abort', () => fail(signal.reason));
    });
  // The timer of a signal does not keep the process alive.
  const alive = setInterval(() => {}, 1_000);
  try {
    assert.deepEqual(await likelyCodes(slow, 'chats/a', 1), NONE);
  } finally {
    clearInterval(alive);
  }
});
