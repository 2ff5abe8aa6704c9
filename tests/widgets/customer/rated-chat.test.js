import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { rateableChat } = await import('../../../widgets/customer/static/rated-chat.js');

const DAY_MS = 24 * 3_600_000;
const CLOSED = new Date('2026-11-24T16:40:00Z').getTime();

/** @param {string} chat @param {Array<[type: string, fields?: object]>} events */
const chatOf = (chat, ...events) =>
  events.map(
    ([type, fields], at) =>
      /** @type {import('../../../widgets/shared/static/client/types.js').Durable} */ ({
        type,
        chat,
        seq: at + 1,
        prev: at,
        at: '2026-11-24T16:40:00Z',
        from: { kind: 'customer', id: 'c', name: null },
        ...fields,
      }),
  );
/** @type {[string, object]} */
const JOINED = ['chat.assigned', { staff: { id: 'p', name: 'Priya Raman' } }];
const ANSWERED = chatOf('a', ['chat.started'], ['message'], JOINED, ['message'], ['chat.closed']);
const RATED = chatOf(
  'a',
  ['chat.started'],
  ['message'],
  JOINED,
  ['chat.closed'],
  ['chat.rated', { score: 2, comment: 'Slow' }],
  ['chat.rated', { score: 4, comment: null }],
);

test('a chat that is over and was answered can be rated', () => {
  assert.deepEqual(rateableChat(ANSWERED, CLOSED), { chat: 'a', rating: null });
});

test('a rated chat gives its last rating', () => {
  assert.deepEqual(rateableChat(RATED, CLOSED)?.rating, { score: 4, comment: null });
});

test('of several chats the last one with an agent that is over is rated', () => {
  const unanswered = chatOf('b', ['chat.started'], ['message'], ['chat.closed']);
  const live = chatOf('c', ['chat.started'], ['message'], JOINED);
  assert.equal(rateableChat([...ANSWERED, ...unanswered, ...live], CLOSED)?.chat, 'a');
  assert.equal(rateableChat([...RATED, ...chatOf('d', ['message'], JOINED, ['chat.closed'])], CLOSED)?.chat, 'd');
});

test('nothing can be rated without an agent, or 30 days after the end', () => {
  assert.equal(rateableChat(chatOf('a', ['chat.started'], ['message'], ['chat.closed']), CLOSED), null);
  assert.equal(rateableChat([], CLOSED), null);
  assert.notEqual(rateableChat(ANSWERED, CLOSED + 30 * DAY_MS - 1), null);
  assert.equal(rateableChat(ANSWERED, CLOSED + 30 * DAY_MS), null);
});
