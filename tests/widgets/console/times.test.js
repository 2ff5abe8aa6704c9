import assert from 'node:assert/strict';
import test from 'node:test';

import '../support/served.js';

const { times, waits } = await import('../../../widgets/console/static/times.js');

test('the times of a chat are those of its events', () => {
  const at = (/** @type {number} */ s) => new Date(s * 1000).toISOString();
  const event = (/** @type {string} */ type, /** @type {number} */ s, more = {}) => /** @type {any} */ ({ type, chat: 'c', at: at(s), from: { kind: 'customer' }, ...more });
  const story = [
    event('chat.started', 0), event('message', 0), event('chat.assigned', 160, { staff: { id: 'u', name: 'Priya' } }),
    event('message', 212, { from: { kind: 'staff' } }), event('chat.closed', 1_140),
  ];
  assert.deepEqual(times(story), { queued: 160_000, firstReply: 52_000, longestGap: null, length: 1_140_000, hands: ['Priya'] });
  assert.deepEqual(times(story.slice(0, 2)), { queued: null, firstReply: null, longestGap: null, length: null, hands: [] });
  assert.equal(times([]), null);
});

test('the longest gap is what the customer waited for an answer after the first', () => {
  const at = (/** @type {number} */ s) => new Date(s * 1000).toISOString();
  const event = (/** @type {string} */ type, /** @type {'customer'|'staff'} */ kind, /** @type {number} */ s) => ({ type, chat: 'c', seq: s, prev: 0, at: at(s), from: { kind, id: null, name: null } });
  const says = (/** @type {'customer'|'staff'} */ kind, /** @type {number} */ s) => event('message', kind, s);
  const story = [event('chat.started', 'customer', 0), says('customer', 0), says('staff', 400), says('customer', 410), says('customer', 500), says('staff', 655), says('customer', 660), says('staff', 670)];
  assert.equal(times(story)?.longestGap, 245_000);
});

test('an answer after two minutes is marked with how long it took, counted from the first message without one or from who took the chat', () => {
  const at = (/** @type {number} */ s) => new Date(s * 1000).toISOString();
  const event = (/** @type {string} */ type, /** @type {'customer'|'staff'} */ kind, /** @type {number} */ s, chat = 'c') => /** @type {any} */ ({ type, chat, seq: s, prev: 0, at: at(s), from: { kind, id: null, name: null } });
  const story = [
    event('chat.started', 'customer', 1), event('message', 'customer', 2), event('chat.assigned', 'staff', 500), event('message', 'staff', 610),
    event('message', 'customer', 700), event('message', 'customer', 760), event('note', 'staff', 800), event('message', 'staff', 945), event('message', 'staff', 2_000),
    event('message', 'customer', 2_100), event('reply', 'staff', 9_000, undefined),
  ];
  assert.deepEqual([...waits(story)], [['c 945', 245_000]]);
});
