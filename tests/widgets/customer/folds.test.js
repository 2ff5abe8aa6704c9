import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { foldsOf, inOrder, spanOf } = await import('../../../widgets/customer/static/folds.js');

/** @param {string} type @param {number} minute @param {object} more */
const event = (type, minute, more) =>
  /** @type {import('../../../widgets/shared/static/client/types.js').Durable} */ ({
    type,
    seq: minute,
    prev: minute - 1,
    at: `2026-11-24T16:${String(minute).padStart(2, '0')}:00Z`,
    from: { kind: 'customer', id: 'c', name: null },
    ...more,
  });

const CHAT = [
  event('chat.started', 30, { chat: 'a' }),
  event('message', 31, { chat: 'a' }),
  event('chat.assigned', 32, { chat: 'a', staff: { id: 'p', name: 'Priya Raman' } }),
  event('message', 33, { chat: 'a' }),
  event('chat.closed', 40, { chat: 'a' }),
  event('chat.rated', 50, { chat: 'a' }),
];

test('a chat is folded into who was there, from when to when, and how many messages', () => {
  const [fold] = foldsOf(CHAT);
  assert.deepEqual(
    { ...fold, events: fold.events.length },
    { chat: 'a', with: ['Priya'], from: CHAT[0].at, to: CHAT[4].at, messages: 2, over: true, events: 6 },
  );
});

test('replies stand before and after the chats, in the order of time', () => {
  const own = [event('reply', 10, { ticket: 7 }), event('reply', 45, { ticket: 7 })];
  const order = inOrder(foldsOf(CHAT), own).map(({ fold, event: one }) => fold?.chat ?? one?.seq);
  assert.deepEqual(order, [10, 'a', 45]);
  assert.deepEqual(
    inOrder([], own).map(({ event: one }) => one?.seq),
    [10, 45],
  );
});

test('a folded chat says from when to when it was, and a chat within a minute only when', () => {
  const at = (/** @type {number} */ minute) => new Date(2026, 10, 24, 16, minute).toISOString();
  const said = (/** @type {string} */ to) =>
    spanOf(
      { chat: 'a', with: [], from: at(34), to, messages: 3, over: true, events: [] },
      new Date(2026, 10, 25).getTime(),
    );
  assert.equal(said(at(53)), 'Tue, Nov 24, 16:34 to 16:53, 3 messages');
  assert.equal(said(at(34)), 'Tue, Nov 24, 16:34, 3 messages');
});
