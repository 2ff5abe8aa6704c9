import assert from 'node:assert/strict';
import test from 'node:test';
import { atForm } from './support/at_form.js';

const { rate } = await import('../../../widgets/customer/static/chat-commands.js');

test('rate without a star refuses and moves the focus to the stars', async () => {
  const { chat, lookedAt } = atForm();
  await rate(chat, 0, 'quick');
  assert.deepEqual([chat.wrongAt('rating'), lookedAt], ['Choose one to five stars first.', ['score']]);
});
