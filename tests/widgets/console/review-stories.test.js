import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { ReviewStories } = await import('../../../widgets/console/static/review-stories.js');

/** Stories of a desk that answers when it is told to. */
function stories() {
  /** @type {Array<{path: string, answer: (data: object) => void, refuse: () => void}>} */
  const asked = [];
  /** @type {number[]} */
  const changed = [];
  const ask = (/** @type {string} */ _method, /** @type {string} */ path) =>
    new Promise((resolve, reject) => {
      const refuse = () => reject(new Refused(404, { code: 'not_found', detail: 'Gone.' }));
      asked.push({ path, answer: (data) => resolve({ data, etag: null }), refuse });
    });
  return { of: new ReviewStories({ ask, changed: (ticket) => changed.push(ticket) }), asked, changed };
}

test('chats that are on their way or known are not asked for again', async () => {
  const { of, asked, changed } = stories();
  const both = [of.read(7), of.read(7)];
  assert.deepEqual([of.of(7), asked.length], [null, 1]);
  asked[0].answer({ number: 7 });
  await Promise.all(both);
  await of.read(7);
  assert.deepEqual([of.of(7), asked.length, changed], [{ number: 7 }, 1, [7]]);
  assert.equal(asked[0].path, '/api/tickets/7/review');
});

test('chats that could not be read say why, and are read when asked again', async () => {
  const { of, asked } = stories();
  const first = of.read(7);
  asked[0].refuse();
  await first;
  assert.deepEqual([of.of(7), of.faultOf(7), of.faultOf(8)], [null, 'Gone.', '']);
  const again = of.again(7);
  await Promise.resolve();
  asked[1].answer({ number: 7 });
  await again;
  assert.deepEqual([of.of(7), of.faultOf(7)], [{ number: 7 }, '']);
});

test('chats that are forgotten are read again', async () => {
  const { of, asked } = stories();
  for (const forget of [() => of.forget(7), () => of.clear()]) {
    const reading = of.read(7);
    asked.at(-1)?.answer({ number: 7 });
    await reading;
    forget();
    assert.equal(of.of(7), null);
  }
  assert.equal(asked.length, 2);
});
