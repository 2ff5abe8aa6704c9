import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { BulkWork, byReason } = await import('../../../widgets/console/static/bulk-work.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

/** @typedef {import('../../../widgets/console/static/bulk-work.js').Ask} Ask */
/** @typedef {{numbers: number[], preview: boolean}} Said */

/** @param {(said: Said) => unknown} answer @returns {Ask} */
const desk = (answer) =>
  /** @type {Ask} */ (
    (_method, _path, options) =>
      Promise.resolve({ data: answer(/** @type {Said} */ (/** @type {unknown} */ (options?.body))), etag: null })
  );

const done = (/** @type {Said} */ { numbers }) => ({
  done: numbers,
  unchanged: [],
  refused: [],
  fields: { status: numbers.length },
  letters: 1,
});

/** @returns {Pick<Storage, 'getItem'|'setItem'|'removeItem'> & {kept: Map<string, string>}} */
function store() {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const numbers = (/** @type {number} */ count) => Array.from({ length: count }, (_, at) => at + 1);

test('range is chosen from the last chosen row, and the box of all rows clears them', () => {
  const bulk = new BulkWork(desk(done));
  bulk.toggle(5);
  bulk.toggle(2, [9, 2, 7, 5, 1]);
  assert.deepEqual([...bulk.chosen].sort(), [2, 5, 7]);
  bulk.toggleAll([2, 5, 7]);
  assert.equal(bulk.chosen.size, 0);
});

test('change goes through all tickets in calls of 100, and a later tab forgets it', async () => {
  const calls = /** @type {number[]} */ ([]);
  const kept = store();
  const bulk = new BulkWork(
    desk((said) => {
      calls.push(said.numbers.length);
      return done(said);
    }),
    kept,
  );
  bulk.choose(numbers(250));
  await bulk.preview({ status: 'open' });
  assert.deepEqual([bulk.state, bulk.outcome.fields, bulk.outcome.letters], ['idle', { status: 250 }, 3]);
  await bulk.apply(bulk.change);
  assert.deepEqual([bulk.state, bulk.outcome.done.length, calls], ['done', 250, [100, 100, 50, 100, 100, 50]]);
  assert.equal(kept.kept.size, 0);
});

test('change that loses its connection keeps what is left, also for a new load of the page', async () => {
  const kept = store();
  let online = true;
  const ask = desk((said) => {
    if (!online) throw new Refused(0, { detail: 'No connection.' });
    online = said.preview;
    return done(said);
  });
  const bulk = new BulkWork(/** @type {Ask} */ (async (...given) => ask(...given)), kept, 'priya');
  bulk.choose(numbers(150));
  await bulk.apply({ priority: 'high' });
  assert.deepEqual([bulk.state, bulk.left.length, bulk.fault], ['stopped', 50, 'No connection.']);
  assert.equal(new BulkWork(desk(done), kept, 'mateo').state, 'idle', 'nobody else goes on with it');
  const later = new BulkWork(desk(done), kept, 'priya');
  assert.deepEqual([later.state, later.left.length], ['stopped', 50]);
  await later.resume();
  assert.deepEqual([later.state, later.outcome.done.length, kept.kept.size], ['done', 150, 0]);
});

test('stopped change sends no further call, and refused tickets stay chosen in the end', async () => {
  const bulk = new BulkWork(
    desk((said) => {
      bulk.stop();
      return {
        ...done(said),
        done: said.numbers.slice(1),
        refused: [{ number: said.numbers[0], message: 'No code.' }],
      };
    }),
  );
  bulk.choose(numbers(120));
  await bulk.apply({ status: 'solved' });
  assert.deepEqual([bulk.state, bulk.left.length], ['stopped', 20]);
  await bulk.resume();
  assert.equal(bulk.state, 'stopped');
  assert.deepEqual(byReason(bulk.outcome.refused), [['No code.', [1, 101]]]);
  bulk.state = 'done';
  bulk.finish();
  assert.deepEqual([...bulk.chosen], [1, 101]);
});

test('answer that comes after Stop and Continue counts once, and no ticket is left out', async () => {
  const answers = /** @type {Array<() => void>} */ ([]);
  const sent = /** @type {number[]} */ ([]);
  const ask = desk((said) => {
    sent.push(said.numbers[0] ?? 0);
    return done(said);
  });
  const bulk = new BulkWork(
    /** @type {Ask} */ (
      async (...given) => {
        if (answers.length < 2) await new Promise((go) => answers.push(() => go(null)));
        return ask(...given);
      }
    ),
  );
  bulk.choose(numbers(250));
  const first = bulk.apply({ priority: 'high' });
  bulk.stop();
  const second = bulk.resume();
  for (const answer of answers) answer();
  await Promise.all([first, second]);
  assert.deepEqual(sent, [1, 1, 101, 201]);
  assert.deepEqual([bulk.state, bulk.outcome.done], ['done', numbers(250)]);
});

test('answer about a change that was given up does not count for the next one', async () => {
  const answers = /** @type {Array<() => void>} */ ([]);
  const ask = desk(done);
  const bulk = new BulkWork(
    /** @type {Ask} */ (
      async (...given) => {
        await new Promise((go) => answers.push(() => go(null)));
        return ask(...given);
      }
    ),
  );
  bulk.choose(numbers(3));
  const given = bulk.apply({ priority: 'high' });
  bulk.stop();
  bulk.finish();
  bulk.choose(numbers(3));
  const next = bulk.preview({ priority: 'low' });
  answers[0]?.();
  await given;
  assert.deepEqual([bulk.left.length, bulk.outcome.done], [3, []]);
  answers[1]?.();
  await next;
  assert.deepEqual([bulk.left.length, bulk.outcome.done.length], [0, 3]);
});
