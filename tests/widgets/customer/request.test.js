import assert from 'node:assert/strict';
import test from 'node:test';
import { Refused } from '../../../widgets/shared/static/http.js';
import { MemoryStorage } from '../client/support/memory_storage.js';
import { until } from '../client/support/waiting.js';
import '../support/served.js';

const { Request } = await import('../../../widgets/customer/static/request.js');

const BODY = { team: 'finance', text: 'Our invoice is missing its number', email: 'ana@a.example' };

/** A page. @param {MemoryStorage} storage @param {(key: string) => number} answer throws what it refuses with @param {{id: string|undefined}} [me] */
function page(storage, answer, me = { id: 'ana' }) {
  /** @type {string[]} */ const keys = [];
  /** @type {any[]} */ const told = [];
  /** @type {Array<() => void>} */ const timers = [];
  const request = new Request({
    storage,
    me: () => me.id,
    newKey: () => `key-${keys.length}`,
    post: async ({ key }) => {
      keys.push(key);
      return answer(key);
    },
    stored: ({ text }, number) => told.push(['stored', text, number]),
    refused: ({ text }, { code }) => told.push(['refused', text, code]),
    putOff: ({ code }) => told.push(['put off', code]),
    env: { setTimeout: (run) => timers.push(run), clearTimeout: () => {} },
  });
  return { request, keys, told, timers };
}

/** @param {number} status @param {string} code */
const refuse = (status, code) => () => {
  throw new Refused(status, { code, detail: 'Not like this.' });
};

test('a message is a ticket once, however often it was clicked', async () => {
  const storage = new MemoryStorage();
  const { request, keys, told } = page(storage, () => 7);
  request.send(BODY);
  request.send(BODY);
  request.retry();
  await until(() => told.length === 1);
  assert.deepEqual([keys, told], [['key-0'], [['stored', BODY.text, 7]]]);
  assert.deepEqual([request.body, storage.length], [null, 0], 'nothing of it stays in the browser');
});

test('while its fate is open it is asked again with the same key, by the next page too', async () => {
  const storage = new MemoryStorage();
  const first = page(storage, refuse(0, 'unavailable'));
  first.request.send(BODY);
  await until(() => first.timers.length === 1);
  first.timers[0]();
  await until(() => first.timers.length === 2);
  assert.deepEqual(first.told, [
    ['put off', 'unavailable'],
    ['put off', 'unavailable'],
  ]);
  const next = page(storage, () => 8);
  assert.deepEqual(next.request.body, BODY);
  next.request.retry();
  await until(() => next.told.length === 1);
  assert.deepEqual([...first.keys, ...next.keys], ['key-0', 'key-0', 'key-0']);
  assert.equal(storage.length, 0);
});

test('what the desk will not take as it is goes back to its writer, and the next try is another', async () => {
  const { request, keys, told } = page(new MemoryStorage(), (key) => (key === 'key-0' ? refuse(422, 'invalid')() : 9));
  request.send(BODY);
  await until(() => told.length === 1);
  assert.deepEqual(told, [['refused', BODY.text, 'invalid']]);
  request.send(BODY);
  await until(() => told.length === 2);
  assert.deepEqual(keys, ['key-0', 'key-1']);
});

test('signed out while it was under way: its answer is nobody’s', async () => {
  const storage = new MemoryStorage();
  const { request, keys, told } = page(storage, () => 7);
  request.send(BODY);
  request.forget();
  await until(() => keys.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([told, storage.length, request.body], [[], 0, null]);
});

test('nonsense in the storage is no message', () => {
  for (const text of ['{', '7', '{"key":"k"}']) {
    const storage = new MemoryStorage();
    storage.setItem('switchboard.customer.request', text);
    assert.equal(page(storage, () => 1).request.body, null);
  }
});

test('a message is sent as nobody but who wrote it, and as soon as they are back', async () => {
  const storage = new MemoryStorage();
  const me = { id: /** @type {string|undefined} */ ('ana') };
  const first = page(storage, refuse(503, 'unavailable'), me);
  first.request.send(BODY);
  await until(() => first.told.length === 1);
  me.id = undefined;
  const next = page(storage, () => 8, me);
  next.request.retry();
  me.id = 'stranger';
  next.request.retry();
  assert.deepEqual([next.request.body, next.keys], [null, []]);
  next.request.send({ ...BODY, text: 'Of a stranger' });
  await until(() => next.told.length === 1);
  me.id = 'ana';
  next.request.retry();
  await until(() => next.told.length === 2);
  assert.deepEqual(next.told, [
    ['stored', 'Of a stranger', 8],
    ['stored', BODY.text, 8],
  ]);
  assert.equal(storage.keysWith('request').length, 0);
});

test('what is nobody’s any more is given back, and not sent', () => {
  const storage = new MemoryStorage();
  page(storage, refuse(503, 'unavailable')).request.send(BODY);
  const { request, keys } = page(storage, () => 8, { id: 'stranger' });
  assert.deepEqual([request.disown(), request.disown(), request.body], [[BODY.text], [], null]);
  request.retry();
  assert.deepEqual(keys, []);
});
