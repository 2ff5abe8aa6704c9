import assert from 'node:assert/strict';
import test from 'node:test';
import { Drafts } from '../../../widgets/shared/static/drafts.js';
import { MemoryStorage } from '../client/support/memory_storage.js';
import '../support/served.js';

const { Chats } = await import('../../../widgets/console/static/chats.js');
const { Unsent, unsentWords } = await import('../../../widgets/console/static/unsent.js');

const TAKEN = { code: 'forbidden', message: 'Only its agent writes here.' };
const OVER = { code: 'chat_closed', message: 'This chat is over.', ticket: 1 };

/** @param {string} chat @param {string} name */
const about = (chat, name) => ({ chat, state: 'active', team: 'media', customer: { id: chat, name }, last_at: new Date(0).toISOString(), reply_owed_since: null, subject: null });

/** @param {string} id @param {string} chat @param {object} [more] */
const entry = (id, chat, more = {}) => ({ id, type: 'message.send', fields: { chat, text: `to ${chat}` }, status: 'failed', refusal: TAKEN, at: 0, ...more });

/** @param {Array<[string, string]>} held @param {any[]} entries @param {any} [storage] */
function desk(held, entries, storage = new MemoryStorage()) {
  const chats = new Chats();
  chats.greeted(/** @type {any} */ ({ staff: 'me', teams: [], chats: held.map(([chat, name]) => about(chat, name)) }));
  const drafts = new Drafts('me', storage);
  const unsent = new Unsent({ desk: { outbox: () => entries }, drafts, chats, me: 'me' });
  return { chats, drafts, unsent, storage };
}

test('replies that were refused are told of, to whom and why, wherever their chat is now; those on the screen stand there', () => {
  const { chats, unsent } = desk(
    [['a', 'Danielle'], ['b', 'Omar'], ['c', 'Lena']],
    [entry('1', 'a'), entry('2', 'b', { type: 'note.add', refusal: OVER }), entry('3', 'c'), entry('4', 'a', { status: 'sending' }), entry('5', 'a', { type: 'chat.close' })],
  );
  chats.parted('a', null);
  chats.parted('b', null);
  assert.deepEqual(unsent.list('c').map(({ who, kind, text, reason, entry: id, held }) => [who, kind, text, reason, id, held]), [
    ['Danielle', 'reply', 'to a', 'this chat is with a colleague', '1', false],
    ['Omar', 'note', 'to b', 'this chat is closed', '2', false],
  ]);
  assert.deepEqual(unsent.list(null).map(({ chat, held }) => [chat, held]), [['a', false], ['b', false], ['c', true]]);
});

test('drafts are told of once their chat is the agent’s no longer', () => {
  const { chats, drafts, unsent } = desk([['a', 'Danielle'], ['b', 'Omar']], []);
  drafts.set('a', 'half a sen');
  drafts.set('a.note', 'half a note');
  drafts.set('b', 'goes on');
  assert.deepEqual(unsent.list(null), []);
  chats.parted('a', null);
  assert.deepEqual(unsent.list('b').map(({ who, kind, text, entry: id }) => [who, kind, text, id]), [['Danielle', 'draft', 'half a sen', null], ['Danielle', 'draft', 'half a note', null]]);
  assert.deepEqual([unsent.list('a'), unsent.of('a').length], [[], 2]);
  chats.given(/** @type {any} */ (about('a', 'Danielle')));
  assert.deepEqual(unsent.list('b'), []);
});

test('after a reload, of which the desk says nothing, it is still known to whom it was', () => {
  const before = desk([['a', 'Danielle'], ['b', 'Omar']], [entry('1', 'a', { status: 'sending' })]);
  before.drafts.set('b', 'half a sen');
  before.unsent.list(null);
  const after = desk([], [entry('1', 'a')], before.storage);
  assert.deepEqual(after.unsent.list(null).map(({ who, kind }) => [who, kind]), [['Danielle', 'reply'], ['Omar', 'draft']]);
  const gone = desk([], [], before.storage);
  gone.drafts.set('b', '');
  gone.unsent.list(null);
  assert.deepEqual(before.storage.valuesWith('Danielle'), []);
});

test('a note that was begun where one only looked is no draft of a chat that was parted with', () => {
  const { drafts, unsent } = desk([], []);
  drafts.set('w.note', 'Confirm both');
  assert.deepEqual(unsent.list(null), []);
});

test('without a storage, or with another program’s words in it, it goes on', () => {
  const { drafts, unsent } = desk([], [entry('1', 'a', { fields: { chat: 'a', text: '', files: ['f', 'g'] } })], null);
  drafts.set('b', 'half');
  assert.deepEqual(unsent.list(null).map(({ who, text, files }) => [who, text, files]), [['', '', 2], ['', 'half', 0]]);
  const storage = new MemoryStorage();
  storage.setItem('switchboard.unsent.me', '{');
  assert.deepEqual(desk([], [], storage).unsent.list(null), []);
});

test('how many are not sent is said in a sentence', () => {
  const words = (/** @type {string} */ kinds) => unsentWords(/** @type {any} */ (kinds.split(' ').map((kind) => ({ kind }))));
  assert.deepEqual(
    ['reply', 'reply reply', 'draft', 'draft reply draft', 'note reply draft reply'].map(words),
    ['1 reply was not sent.', '2 replies were not sent.', '1 draft was not sent.', '1 reply and 2 drafts were not sent.', '2 replies, 1 note and 1 draft were not sent.'],
  );
});
