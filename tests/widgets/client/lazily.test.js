import assert from 'node:assert/strict';
import test from 'node:test';
import { lazily } from '../../../widgets/shared/static/client/lazily.js';

const gone = () => Promise.reject(new TypeError('Failed to fetch dynamically imported module'));

/** A page whose build is answered for with `status`; null where nobody answers. @param {number|null} status */
function page(status, storage = /** @type {Record<string, unknown>} */ ({})) {
  const it = {
    reloads: 0,
    fetch: async () =>
      status === null ? Promise.reject(new TypeError('Failed to fetch')) : new Response(null, { status }),
    sessionStorage: storage,
    location: { reload: () => (it.reloads += 1) },
  };
  return /** @type {typeof it & typeof globalThis} */ (/** @type {unknown} */ (it));
}

test('what is loaded is handed on, and nobody is asked', async () => {
  const it = page(404);
  assert.equal(await lazily(async () => 'chunk', it), 'chunk');
  assert.equal(it.reloads, 0);
});

test('a page whose build is gone reloads once, however often it fails', async () => {
  const it = page(404);
  for (let tries = 0; tries < 3; tries += 1) await assert.rejects(lazily(gone, it), TypeError);
  assert.equal(it.reloads, 1);
  const reloaded = page(404, it.sessionStorage);
  await assert.rejects(lazily(gone, reloaded), TypeError);
  assert.equal(reloaded.reloads, 0);
});

for (const status of [200, 502, 503, null])
  test(`a chunk that fails where the build is answered for with ${status} reloads nothing`, async () => {
    const it = page(status);
    await assert.rejects(lazily(gone, it), TypeError);
    assert.equal(it.reloads, 0);
  });

test('a page without storage, which would lose what was written, does not reload', async () => {
  const it = page(404);
  Object.defineProperty(it, 'sessionStorage', {
    get: () => {
      throw new DOMException('denied', 'SecurityError');
    },
  });
  await assert.rejects(lazily(gone, it), TypeError);
  assert.equal(it.reloads, 0);
});
