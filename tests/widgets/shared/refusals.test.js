import assert from 'node:assert/strict';
import test from 'node:test';
import { reasonOf } from '../../../widgets/shared/static/refusals.js';

test('a refusal is a few words after "Not sent", never a code', () => {
  assert.equal(reasonOf({ code: 'chat_closed', message: 'The chat is closed.' }), 'this chat is closed');
  assert.equal(reasonOf({ code: 'something_new', message: 'It rains.' }), 'It rains');
  assert.equal(reasonOf({ code: 'invalid', message: 'No.', fields: { text: 'There is only white space.' } }), 'There is only white space');
  assert.equal(reasonOf(null), '');
});
