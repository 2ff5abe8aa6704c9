import assert from 'node:assert/strict';
import test from 'node:test';
import { LastChat } from '../../../widgets/console/static/last-chat.js';

test('the last chat is kept for one person, and storage that is full or blocked changes nothing', () => {
  const all = new Map();
  const storage = {
    getItem: (/** @type {string} */ key) => all.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void all.set(key, value),
  };
  new LastChat('priya', storage).keep('a');
  assert.deepEqual([new LastChat('priya', storage).kept, new LastChat('mateo', storage).kept], ['a', null]);
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error('full');
    },
  };
  new LastChat('priya', full).keep('a');
  assert.equal(new LastChat('priya', null).kept, null);
});
