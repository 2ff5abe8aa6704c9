import assert from 'node:assert/strict';
import test from 'node:test';
import { pinned } from '../../../widgets/console/static/pinned-alarm.js';

test('an alarm that somebody took care of keeps its place for a while, the others move up', () => {
  const rows = ['b', 'c', 'd', 'a'].map((key) => ({ alarm: { key } }));
  const keys = (/** @type {string} */ key, /** @type {number} */ at) =>
    pinned(rows, key, at).map(({ alarm }) => alarm.key);
  assert.deepEqual(keys('a', 0), ['a', 'b', 'c', 'd']);
  assert.deepEqual(keys('', 0), ['b', 'c', 'd', 'a']);
  assert.deepEqual(keys('gone', 0), ['b', 'c', 'd', 'a']);
  assert.deepEqual(keys('a', -1), ['b', 'c', 'd', 'a'], 'it was not on the screen');
});
