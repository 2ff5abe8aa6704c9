import assert from 'node:assert/strict';
import test from 'node:test';
import { atForm } from './support/at_form.js';

test('a rating without a star leads to the stars', async () => {
  const { chat, lookedAt } = atForm();
  await chat.rate(0, 'quick');
  assert.deepEqual([chat.wrongAt('rating'), lookedAt], ['Choose from one to five stars first.', ['score']]);
});
