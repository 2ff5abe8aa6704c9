import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { times, waits } = await import('../../../widgets/console/static/times.js');

/** @param {string} type @param {'customer'|'staff'} kind @param {number} s when @param {object} [more] */
const event = (type, kind, s, more = {}) => ({
  type,
  chat: 'c',
  seq: s,
  prev: 0,
  at: new Date(s * 1_000).toISOString(),
  from: { kind, id: null, name: null },
  ...more,
});

test('the times of a chat are those of its events', () => {
  const story = [
    event('chat.started', 'customer', 0),
    event('message', 'customer', 0),
    event('chat.assigned', 'staff', 160, { staff: { id: 'u', name: 'Priya' } }),
    event('message', 'staff', 212),
    event('chat.closed', 'staff', 1_140),
  ];
  assert.deepEqual(times(story), {
    queued: 160_000,
    firstReply: 52_000,
    unanswered: false,
    longestGap: null,
    length: 1_140_000,
    hands: ['Priya'],
  });
  assert.deepEqual(times(story.slice(0, 2)), {
    queued: null,
    firstReply: null,
    unanswered: true,
    longestGap: null,
    length: null,
    hands: [],
  });
  assert.equal(times([]), null);
});

test('a chat is unanswered unless staff replied in it or on its ticket', () => {
  const story = [event('chat.started', 'customer', 0), event('message', 'customer', 0), event('note', 'staff', 5)];
  assert.equal(times(story)?.unanswered, true);
  const reply = event('reply', 'staff', 900, { chat: undefined, ticket: 7 });
  assert.equal(times([...story, reply])?.unanswered, false);
});

test('what a rule wrote when it ended the chat is no reply', () => {
  const rule = { from: { kind: 'staff', id: 'rule-1', name: 'Media' } };
  const story = [event('chat.started', 'customer', 0), event('message', 'staff', 5, rule)];
  assert.equal(times([...story, event('chat.closed', 'staff', 5, rule)])?.unanswered, true);
});

test('the longest gap is what the customer waited for an answer after the first', () => {
  const says = (/** @type {'customer'|'staff'} */ kind, /** @type {number} */ s) => event('message', kind, s);
  const story = [
    event('chat.started', 'customer', 0),
    says('customer', 0),
    says('staff', 400),
    says('customer', 410),
    says('customer', 500),
    says('staff', 655),
    says('customer', 660),
    says('staff', 670),
  ];
  assert.equal(times(story)?.longestGap, 245_000);
});

test('an answer after two minutes is marked with how long it took, counted from the first message without one or from who took the chat', () => {
  const story = [
    event('chat.started', 'customer', 1),
    event('message', 'customer', 2),
    event('chat.assigned', 'staff', 500),
    event('message', 'staff', 610),
    event('message', 'customer', 700),
    event('message', 'customer', 760),
    event('note', 'staff', 800),
    event('message', 'staff', 945),
    event('message', 'staff', 2_000),
    event('message', 'customer', 2_100),
    event('reply', 'staff', 9_000, { chat: undefined, ticket: 7 }),
  ];
  assert.deepEqual([...waits(story)], [['c 945', 245_000]]);
});
