import assert from 'node:assert/strict';
import test from 'node:test';
import { Kept } from '../../../widgets/shared/static/client/storage.js';
import { MemoryStorage } from './support/memory_storage.js';

test('what is kept is there for the next page, under its scope alone', () => {
  const storage = new MemoryStorage();
  new Kept('a.', storage).set('token', 'one');
  assert.equal(new Kept('a.', storage).get('token'), 'one');
  assert.equal(new Kept('b.', storage).get('token'), null);
});

test('names are listed by how they begin', () => {
  const kept = new Kept('a.', new MemoryStorage());
  for (const name of ['outbox.1', 'outbox.2', 'token']) kept.set(name, 'x');
  assert.deepEqual(kept.names('outbox.').sort(), ['outbox.1', 'outbox.2']);
});

test('a full storage loses nothing while the page lives', () => {
  const storage = new MemoryStorage();
  const kept = new Kept('a.', storage);
  storage.full = true;
  kept.set('outbox.1', 'text');
  assert.equal(kept.get('outbox.1'), 'text');
  assert.deepEqual(kept.names('outbox.'), ['outbox.1']);
  kept.remove('outbox.1');
  assert.equal(kept.get('outbox.1'), null);
});

test('without a storage, or with one that throws at every touch, memory serves', () => {
  const blocked = /** @type {any} */ (
    new Proxy(
      {},
      {
        get: () => {
          throw new DOMException('Access is denied.', 'SecurityError');
        },
      },
    )
  );
  for (const storage of [null, blocked]) {
    const kept = new Kept('a.', storage);
    kept.set('token', 'one');
    assert.equal(kept.get('token'), 'one');
    assert.deepEqual(kept.names('to'), ['token']);
    kept.remove('token');
    assert.equal(kept.get('token'), null);
  }
});
