import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { OutageSummary } = await import('../../../widgets/console/static/outage-summary.js');

const HELD = new Map([
  ['a', 4],
  ['b', 7],
  ['c', 2],
]);
const mine = () => ({ held: true, closed: false, by: null });

test('messages are counted once, in how many chats, and where they are', () => {
  const summary = new OutageSummary(0, HELD);
  for (const [chat, seq] of /** @type {Array<[string, number]>} */ ([
    ['a', 5],
    ['a', 6],
    ['a', 6],
    ['b', 8],
  ]))
    summary.message(chat, seq);
  assert.equal(summary.words(mine), '3 new messages in 2 chats.');
  assert.deepEqual(summary.chats, ['a', 'b']);
});

test('what the desk had told before the line was lost is not new, though it comes only now', () => {
  const summary = new OutageSummary(0, HELD);
  summary.message('b', 7);
  assert.equal(summary.words(mine), 'Nothing new meanwhile.');
  assert.deepEqual(summary.chats, []);
});

test('a new chat is told, with what its customer wrote', () => {
  const summary = new OutageSummary(0, HELD);
  summary.message('n', 2);
  summary.given('n');
  summary.given('a');
  assert.equal(summary.words(mine), '1 new message in 1 chat, 1 new chat.');
});

test('where one’s chats have gone is told, by whom', () => {
  const summary = new OutageSummary(0, HELD);
  /** @type {Record<string, {held: boolean, closed: boolean, by: string|null}>} */
  const now = {
    a: { held: false, closed: false, by: 'Hannah Bergström' },
    b: { held: false, closed: false, by: null },
    c: { held: false, closed: true, by: null },
  };
  assert.equal(
    summary.words((chat) => now[chat]),
    '1 chat went to Hannah, 1 chat went back to the queue, 1 chat ended.',
  );
});
