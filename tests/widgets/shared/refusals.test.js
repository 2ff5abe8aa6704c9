import assert from 'node:assert/strict';
import test from 'node:test';
import { sentenceOf } from '../../../widgets/shared/static/refusals.js';

const BLANK = { text: 'There is only white space.' };

test('a sentence of its own is the desk’s, of the field where one is to blame: of the address first, in every language', () => {
  const both = { text: 'It is too long.', email: 'This is no address.' };
  assert.equal(sentenceOf({ code: 'conflict', message: 'It has been removed.' }), 'It has been removed.');
  assert.equal(sentenceOf({ code: 'invalid', message: 'No.', fields: BLANK }), 'There is only white space.');
  assert.equal(sentenceOf({ code: 'invalid', message: 'No.', fields: both }), 'This is no address.');
});
