import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { ReviewWaiting, WAITING_MAX } = await import('../../../widgets/console/static/review-waiting.js');

const OFFLINE = new Refused(0, { code: 'unavailable', detail: 'No connection.' });
const body = /** @type {const} */ ({ verdict: 'confirmed' });
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose desk answers what `answers` says; what happened. @param {() => unknown} answers */
function waiting(answers) {
  /** @type {{sent: string[], saved: number[], refused: Array<[number, number]>, later: Array<() => void>}} */
  const log = { sent: [], saved: [], refused: [], later: [] };
  const clock = { at: 0 };
  const list = new ReviewWaiting({
    ask: async (_method, path, options) => {
      log.sent.push(`${path} ${options?.headers?.['If-Match']}`);
      const answer = answers();
      if (answer instanceof Error) throw answer;
      return { data: answer, etag: null };
    },
    saved: (ticket) => log.saved.push(ticket),
    refused: (one, why) => log.refused.push([one.ticket, why.status]),
    changed: () => {},
    now: () => clock.at,
    later: (run) => log.later.push(run),
  });
  return { list, log, clock };
}

test('judgements are saved in order, with the version that was read', async () => {
  const { list, log } = waiting(() => ({}));
  list.add({ ticket: 1, version: 3, body });
  list.add({ ticket: 2, version: 5, body });
  await settled();
  assert.deepEqual(log.saved, [1, 2]);
  assert.deepEqual(log.sent, ['/api/tickets/1/review "3"', '/api/tickets/2/review "5"']);
});

test('without a connection they wait, and say afterwards how long', async () => {
  let online = false;
  const { list, log, clock } = waiting(() => (online ? {} : OFFLINE));
  list.add({ ticket: 1, version: 1, body });
  list.add({ ticket: 2, version: 1, body });
  await settled();
  assert.deepEqual([list.count, list.lostAt, list.broken], [2, 0, false]);
  online = true;
  clock.at = 160_000;
  log.later[0]();
  await settled();
  assert.deepEqual(log.saved, [1, 2]);
  assert.deepEqual(list.back, { ms: 160_000, saved: 2 });
  assert.equal(list.lostAt, null);
});

test('a desk that cannot save is told apart from a lost connection', async () => {
  const { list } = waiting(() => new Refused(503, { code: 'unavailable' }));
  list.add({ ticket: 1, version: 1, body });
  await settled();
  assert.deepEqual([list.count, list.broken], [1, true]);
});

test('what the desk refuses for good does not hold up the others', async () => {
  const answers = [new Refused(412, { code: 'conflict' }), {}];
  const { list, log } = waiting(() => answers.shift());
  list.add({ ticket: 1, version: 1, body });
  list.add({ ticket: 2, version: 1, body });
  await settled();
  assert.deepEqual(log.refused, [[1, 412]]);
  assert.deepEqual(log.saved, [2]);
});

test('no more than fifty wait', async () => {
  const { list } = waiting(() => OFFLINE);
  for (let ticket = 1; ticket <= WAITING_MAX; ticket += 1) assert.equal(list.add({ ticket, version: 1, body }), true);
  assert.equal(list.add({ ticket: 99, version: 1, body }), false);
  await settled();
  assert.equal(list.count, WAITING_MAX);
});

test('one that was not sent can be taken back', async () => {
  const { list } = waiting(() => OFFLINE);
  list.add({ ticket: 1, version: 1, body });
  list.add({ ticket: 2, version: 1, body });
  await settled();
  list.drop(2);
  assert.deepEqual([list.has(1), list.has(2)], [true, false]);
});
