import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Training } = await import('../../../widgets/console/static/training.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const SUGGESTED = {
  resources: [
    { id: 3, title: 'Split orders', minutes: 5 },
    { id: 1, title: 'First steps', minutes: 9 },
    { id: 2, title: 'Orders basics', minutes: 20 },
  ],
  playlist: [2, 3],
  sessions: [{ id: 7, title: 'Orders live', starts_at: '2026-12-01T16:00:00.000Z', places_left: 0 }],
};

/** @param {unknown} answer */
const training = (answer = SUGGESTED) => {
  /** @type {string[]} */
  const asked = [];
  /** @type {typeof import('../../../widgets/shared/static/http.js').ask} */
  const ask = async (_method, url) => {
    asked.push(url);
    if (answer instanceof Error) throw answer;
    return { data: answer, etag: null };
  };
  const one = new Training({ ask, changed: () => {} });
  return { one, asked };
};

test('what the desk suggests is chosen at first, in its order', async () => {
  const { one, asked } = training();
  await one.read('Lumina', 'Split an order');
  assert.deepEqual(asked, ['/api/training?words=Split+an+order&product=Lumina']);
  assert.deepEqual(one.wanted, { training: { resources: [2, 3] } });
});

test('further resources follow the suggested order, and a session is added', async () => {
  const { one } = training();
  await one.read('Lumina', '');
  one.toggle(1);
  one.toggle(2);
  one.take(7);
  assert.deepEqual(one.wanted, { training: { resources: [3, 1], session: 7 } });
});

test('nothing that is chosen attaches nothing', async () => {
  const { one } = training();
  await one.read('Lumina', '');
  for (const id of [2, 3]) one.toggle(id);
  assert.deepEqual(one.wanted, { training: { resources: [] } });
});

test('another product is asked for again, and the same one is not', async () => {
  const { one, asked } = training();
  await one.read('Lumina', '');
  await one.read('Lumina', '');
  await one.read('', '');
  assert.deepEqual(asked, ['/api/training?words=&product=Lumina', '/api/training?words=']);
});

test('without an answer the desk decides', async () => {
  const { one } = training(new Refused(503, { message: 'Later' }));
  await one.read('Lumina', '');
  assert.deepEqual(one.wanted, {});
});
