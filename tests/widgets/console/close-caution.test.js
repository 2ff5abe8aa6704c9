import assert from 'node:assert/strict';
import test from 'node:test';
import { Meanwhile, RESTS_MS, caution, cautionWords } from '../../../widgets/console/static/close-caution.js';

const CHAT = { theirs: { seq: 4, text: 'wait, one more question' }, repliedAt: 1, waitingSince: 2 };

test('a message that came in since the sheet was opened is quoted', () => {
  const found = caution(CHAT, 3);
  assert.deepEqual(found, { kind: 'wrote', text: 'wait, one more question' });
  assert.equal(found && cautionWords(found, 'Gustavo', true), 'Gustavo wrote just now:');
});

test('an answered message calls for no caution', () => {
  assert.equal(caution({ ...CHAT, waitingSince: null }, 3), null);
});

test('the customer having the last word is said', () => {
  const found = caution(CHAT, 4);
  assert.equal(found && cautionWords(found, 'Gustavo', true), 'The last word is Gustavo’s.');
});

test('a customer without any reply is not closed unasked', () => {
  const found = caution({ ...CHAT, repliedAt: null }, 4);
  assert.equal(found && cautionWords(found, 'Gustavo', true), 'You never replied to Gustavo.');
  assert.equal(found && cautionWords(found, 'Gustavo', false), 'Nobody replied to Gustavo.');
});

test('a reply that is on its way answers what was written before the sheet was opened, and nothing newer', () => {
  assert.equal(caution({ ...CHAT, repliedAt: null }, 4, true), null);
  assert.equal(caution(CHAT, 4, true), null);
  assert.equal(caution(CHAT, 3, true)?.kind, 'wrote');
});

test('a message that was taken back is not quoted', () => {
  assert.equal(caution({ ...CHAT, theirs: null }, 0)?.kind, 'last_word');
});

test('the close rests from a new message on, also before a frame has shown it', () => {
  const meanwhile = new Meanwhile(3);
  assert.equal(meanwhile.rests(3, 10), false);
  assert.equal(meanwhile.rests(4, 10), true);
  assert.equal(meanwhile.rests(4, 9 + RESTS_MS), true);
  assert.equal(meanwhile.rests(4, 10 + RESTS_MS), false);
  assert.equal(meanwhile.rests(5, 10 + RESTS_MS), true);
});
