import assert from 'node:assert/strict';
import test from 'node:test';
import { Stages } from '../../../widgets/console/static/reply-clock.js';

/** @param {string} chat @param {''|'due'|'over'} tone @returns {import('../../../widgets/console/static/chats.js').Row} */
const row = (chat, tone) => ({
  chat,
  about: null,
  group: 'yours',
  since: 1,
  unread: 0,
  preview: '',
  own: false,
  typing: false,
  goneSince: null,
  from: '',
  waitingSince: null,
  timer: { text: 'for', ms: 0, tone },
});

test('a next response that becomes due, and then late, is told once each, also after a pause', () => {
  const stages = new Stages();
  const told = (/** @type {ReturnType<typeof row>[]} */ ...rows) => stages.reached(rows).map(({ chat }) => chat);
  assert.deepEqual(told(row('a', ''), row('b', 'due')), ['b']);
  assert.deepEqual(told(row('a', 'due'), row('b', 'due')), ['a']);
  assert.deepEqual(told(row('a', ''), row('b', 'over')), ['b']);
  assert.deepEqual(told(row('a', 'due'), row('b', 'over')), []);
  assert.deepEqual(told(row('a', 'over')), ['a']);
});

test('a chat that was answered is told of anew', () => {
  const stages = new Stages();
  stages.reached([row('a', 'over')]);
  stages.reached([]);
  assert.equal(stages.reached([row('a', 'due')]).length, 1);
});
