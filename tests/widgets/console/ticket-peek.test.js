import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { TicketPeek } = await import('../../../widgets/console/static/ticket-peek.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

/** @param {(path: string) => Promise<any>|any} answer */
function peeking(answer) {
  return new TicketPeek({
    ask: async (_method, path) => ({
      data: path === '/api/hours' ? { teams: [{ team: 'media', name: 'Media' }] } : await answer(path),
      etag: null,
    }),
    changed: () => {},
    follows: { follow: (number) => followed.add(number), unfollow: (number) => followed.delete(number) },
  });
}

/** What is followed now. @type {Set<number>} */
const followed = new Set();

const byNumber = (/** @type {string} */ path) => ({ number: Number(path.split('/').at(-1)) });

test('a peek walks the list that it was opened from, and stops at its ends', async () => {
  const peek = peeking(byNumber);
  await peek.open(7, [9, 7, 3]);
  assert.deepEqual([peek.ticket?.number, peek.place], [7, { place: 2, of: 3, before: 9, after: 3 }]);
  await peek.step(1);
  await peek.step(1);
  assert.deepEqual([peek.ticket?.number, peek.place.place], [3, 3]);
  await peek.step(-1);
  await peek.step(-1);
  await peek.step(-1);
  assert.equal(peek.ticket?.number, 9);
  peek.close();
  assert.deepEqual([peek.number, peek.ticket], [null, null]);
});

test('a ticket that is in no list is a list of one', async () => {
  const peek = peeking(byNumber);
  await peek.open(5, [9, 7]);
  assert.deepEqual(peek.place, { place: 1, of: 1, before: null, after: null });
});

test('a late answer does not replace the ticket that was opened since', async () => {
  /** @type {(data: object) => void} */
  let late = () => {};
  const peek = peeking((path) => (path.endsWith('/1') ? new Promise((resolve) => (late = resolve)) : byNumber(path)));
  const first = peek.open(1, [1, 2]);
  await peek.step(1);
  late({ number: 1 });
  await first;
  assert.deepEqual([peek.number, peek.ticket?.number], [2, 2]);
});

test('a refusal is said, and reading again shows the ticket', async () => {
  let refusing = true;
  const peek = peeking((path) => {
    if (refusing) throw new Refused(503, { detail: 'Not just now.' });
    return byNumber(path);
  });
  await peek.open(4, []);
  assert.deepEqual([peek.ticket, peek.fault], [null, 'Not just now.']);
  refusing = false;
  await peek.again();
  assert.deepEqual([peek.ticket?.number, peek.fault], [4, '']);
});

test('the ticket that is shown is followed, and no other', async () => {
  followed.clear();
  const peek = peeking(byNumber);
  await peek.open(7, [7, 3]);
  await peek.again();
  assert.deepEqual([...followed], [7]);
  await peek.step(1);
  assert.deepEqual([...followed], [3]);
  peek.close();
  assert.deepEqual([...followed], []);
});

test('nothing of a ticket stays that the reader may not see any more', async () => {
  let mine = true;
  const peek = peeking((path) => {
    if (!mine) throw new Refused(404, { detail: 'There is no such ticket.' });
    return byNumber(path);
  });
  for (const tell of [() => peek.lose(), () => peek.again()]) {
    mine = true;
    await peek.open(7, []);
    mine = false;
    await tell();
    assert.deepEqual(
      [peek.ticket, peek.gone, peek.fault],
      [null, true, 'You can’t see this ticket any more. It went to a team that you’re not on.'],
    );
  }
  mine = true;
  await peek.open(3, []);
  assert.deepEqual([peek.ticket?.number, peek.gone, peek.fault], [3, false, '']);
});
