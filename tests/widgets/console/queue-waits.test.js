import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { aheadOf, firstWords, inQueueOrder, queueWait, teamWait, waitingFacts, waitOf } = await import(
  '../../../widgets/console/static/queue-waits.js'
);

const NOW = Date.UTC(2026, 10, 25, 15);
const at = (/** @type {number} */ s) => new Date(NOW - s * 1_000).toISOString();
const customer = { id: 'v', name: 'Ana', email: null, verified: false, client: null };
/** @param {Partial<import('../../../widgets/shared/static/types.js').About>} more */
const about = (more) => ({
  chat: 'c',
  state: 'queued',
  team: 'media',
  seq: 2,
  customer,
  product: null,
  subject: null,
  page: null,
  referrer: null,
  locale: null,
  timezone: null,
  user_agent: null,
  started_at: at(900),
  assigned_at: null,
  last_at: at(900),
  unread: 1,
  reply_owed_since: null,
  waiting_since: null,
  vip: false,
  came_back: false,
  ticket: null,
  ...more,
});

test('a wait begins with the message that nobody answered before this queue', () => {
  const moved = about({ reply_owed_since: at(900), waiting_since: at(63) });
  assert.equal(waitOf(moved, NOW), 900_000);
  assert.equal(teamWait(moved, 'Media', NOW), 'In the queue for Media: 1:03');
});

test('a wait after an answer begins with this queue', () => {
  for (const owed of [null, at(20)]) {
    const answered = about({ reply_owed_since: owed, waiting_since: at(63) });
    assert.equal(waitOf(answered, NOW), 63_000);
    assert.equal(teamWait(answered, 'Media', NOW), null);
  }
});

test('a chat that goes ahead says why', () => {
  const why = (/** @type {boolean} */ vip, /** @type {boolean} */ back) => aheadOf(about({ vip, came_back: back }));
  assert.deepEqual(
    [why(true, false), why(false, true), why(true, true), why(false, false)],
    ['ahead: VIP', 'ahead: came back', 'ahead: VIP, came back', ''],
  );
});

test('chats stand in the order in which they are given to agents', () => {
  const chats = [
    about({ chat: 'first' }),
    about({ chat: 'second' }),
    about({ chat: 'back', came_back: true }),
    about({ chat: 'vip', vip: true }),
    about({ chat: 'vip back', vip: true, came_back: true }),
  ];
  const order = inQueueOrder(chats).map(({ chat }) => chat);
  assert.deepEqual(order, ['vip back', 'vip', 'back', 'first', 'second']);
});

test('the wait of a queue says how long they have been in it, if they have waited before', () => {
  const queue = { longest_wait_s: 900, queued_s: 60 };
  assert.equal(queueWait(queue, 3, 'Media'), 'Since they last had an answer. In the queue for Media: 1:03');
  assert.equal(queueWait({ longest_wait_s: 60, queued_s: 60 }, 3, 'Media'), 'Since they last had an answer.');
});

test('firstWords are shown unless they are the subject', () => {
  const said = [{ words: 'Bonjour' }, { words: 'Plan', subject: 'Plan' }, { words: null }, {}];
  assert.deepEqual(
    said.map((more) => firstWords(about(more))),
    ['Bonjour', '', '', ''],
  );
});

test('waitingFacts names what helps to choose whom to take, and the language unless it is English', () => {
  const french = about({ state: 'offered', vip: true, product: 'Lumina', locale: 'fr-CA', subject: 'Plan bloqué' });
  assert.equal(waitingFacts(french), 'ahead: VIP · offered to an agent · Lumina · French · Plan bloqué');
  assert.equal(waitingFacts(about({ locale: 'en-GB' })), '');
});
