import assert from 'node:assert/strict';
import test from 'node:test';
import { partingWords } from '../../../widgets/console/static/partings.js';

const CHAT = { who: 'Danielle', team: 'Media', by: null };
const parting = (/** @type {string} */ how, more = {}) => ({ how, by: null, to: null, ...more });

test('each way to lose a chat has a sentence that says where it is now', () => {
  assert.equal(partingWords(parting('transferred'), CHAT), 'You transferred Danielle to Media.');
  assert.equal(partingWords(parting('transferred', { to: 'Tom' }), CHAT), 'You transferred Danielle to Tom.');
  assert.equal(
    partingWords(parting('asked', { to: 'Tom', seconds: 30 }), CHAT),
    'You asked Tom to take the chat with Danielle. They have 30 s to accept.',
  );
  assert.equal(partingWords(parting('asked', { to: 'Tom' }), CHAT), 'You asked Tom to take the chat with Danielle.');
  assert.equal(partingWords(parting('accepted', { to: 'Tom' }), CHAT), 'Tom took the chat with Danielle.');
  assert.equal(
    partingWords(parting('unanswered', { to: 'Tom' }), CHAT),
    'Tom didn’t take it. The chat with Danielle is waiting in the queue for Media.',
  );
  assert.equal(
    partingWords(parting('outrun', { to: 'Tom' }), { ...CHAT, by: 'Hannah' }),
    'Hannah took the chat with Danielle before Tom did.',
  );
  assert.equal(
    partingWords(parting('ended', { to: 'Tom' }), { ...CHAT, who: 'a visitor' }),
    'A visitor left before Tom took the chat.',
  );
  assert.equal(partingWords(parting('taken', { by: 'Ines' }), CHAT), 'Ines took over the chat with Danielle.');
  assert.equal(partingWords(parting('closed', { by: 'Ines' }), CHAT), 'Ines closed the chat with Danielle.');
  assert.match(partingWords(parting('gone'), CHAT), /disconnected.*back to the queue for Media/u);
  assert.match(partingWords(parting('no_reply'), CHAT), /no reply in time.*back to the queue for Media/u);
});

test('without a reason it says who has it, where that is known', () => {
  assert.equal(partingWords(null, { ...CHAT, by: 'Tom' }), 'Tom has the chat with Danielle now.');
  assert.equal(partingWords(null, CHAT), 'You no longer have the chat with Danielle.');
});
