import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { beatOf } = await import('../../../widgets/console/static/review-beat.js');

const START = Date.parse('2026-11-23T14:00:00Z');
let seq = 0;
const event = (/** @type {string} */ type, /** @type {number} */ minutes, /** @type {object} */ more = {}) => ({
  chat: 'c',
  type,
  seq: ++seq,
  prev: seq - 1,
  at: new Date(START + minutes * 60_000).toISOString(),
  from: { kind: /** @type {const} */ ('system'), id: null, name: null },
  ...more,
});
const said = (/** @type {'customer'|'staff'} */ kind, /** @type {number} */ minutes) =>
  event('message', minutes, { from: { kind, id: 'x', name: 'X' } });

test('messages stand at their share of the chat, waits of two minutes and more are bands', () => {
  const beat = beatOf(
    [
      event('chat.started', 0),
      said('customer', 0),
      event('chat.assigned', 1),
      said('staff', 2),
      said('customer', 4),
      said('staff', 9),
      event('chat.closed', 10),
    ],
    'c',
  );
  assert.deepEqual(
    beat?.strokes.map(({ at, side }) => [at, side]),
    [
      [0, 'them'],
      [20, 'us'],
      [40, 'them'],
      [90, 'us'],
    ],
  );
  assert.deepEqual(beat?.queue, { from: 0, to: 10, ms: 60_000 });
  // The minute from joining to the first response is no band.
  assert.deepEqual(beat?.waits, [{ from: 40, to: 90, ms: 300_000 }]);
});

test('a customer who was never answered waits to the end', () => {
  const beat = beatOf(
    [event('chat.started', 0), event('chat.assigned', 1), said('customer', 2), event('chat.closed', 10)],
    'c',
  );
  assert.deepEqual(beat?.waits, [{ from: 20, to: 100, ms: 480_000 }]);
});

test('a chat that is not in the transcript has no beat', () => {
  assert.equal(beatOf([event('chat.started', 0)], 'other'), null);
});
