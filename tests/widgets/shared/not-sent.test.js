import assert from 'node:assert/strict';
import test from 'node:test';
import { mendable, reasonOf } from '../../../widgets/shared/static/not-sent.js';

const BLANK = { text: 'There is only white space.' };

test('a text that is too long can be edited, one for a conversation that is too long cannot', () => {
  assert.equal(mendable({ code: 'too_large', message: 'It is too long.' }), true);
  assert.equal(mendable({ code: 'invalid', message: 'No.', fields: BLANK }), true);
  assert.equal(mendable({ code: 'too_large', message: 'It is full.', chat: 'a' }), false);
  assert.equal(mendable({ code: 'chat_closed', message: 'The chat is closed.' }), false);
  assert.equal(mendable(null), false);
});

test('a refusal is a few words after "Not sent", never a code', () => {
  assert.equal(reasonOf({ code: 'chat_closed', message: 'The chat is closed.' }), 'this chat is closed');
  assert.equal(reasonOf({ code: 'something_new', message: 'It rains.' }), 'it rains');
  assert.equal(reasonOf({ code: 'invalid', message: 'No.', fields: BLANK }), 'there is only white space');
  assert.equal(reasonOf(null), '');
});
