import assert from 'node:assert/strict';
import test from 'node:test';
import { Drafts } from '../../../widgets/shared/static/drafts.js';
import { MemoryStorage } from '../client/support/memory_storage.js';
import '../support/served.js';

const { Chats } = await import('../../../widgets/console/static/chats.js');
const { Unsent, unsentWords } = await import('../../../widgets/console/static/unsent.js');

/** @typedef {import('../../../widgets/shared/static/client/types.js').Entry} Entry */

const ABOUT = {
  state: 'active',
  team: 'media',
  seq: 0,
  product: null,
  subject: null,
  page: null,
  referrer: null,
  locale: null,
  timezone: null,
  user_agent: null,
  started_at: new Date(0).toISOString(),
  assigned_at: null,
  last_at: new Date(0).toISOString(),
  unread: 0,
  reply_owed_since: null,
  waiting_since: null,
  vip: false,
  came_back: false,
};
const TAKEN = { code: 'forbidden', message: 'Only its agent writes here.' };
const OVER = { code: 'chat_closed', message: 'This chat is over.', ticket: 1 };

/** @type {(chat: string, name: string) => import('../../../widgets/shared/static/types.js').About} */
const about = (chat, name) => ({
  ...ABOUT,
  chat,
  customer: { id: chat, name, email: null, verified: false, client: null },
});

/** @type {(id: string, chat: string, more?: Partial<Entry>) => Entry} */
const entry = (id, chat, more = {}) => ({
  id,
  type: 'message.send',
  fields: { chat, text: `to ${chat}` },
  status: 'failed',
  refusal: TAKEN,
  at: 0,
  ...more,
});

/** @param {Record<string, string>} held customers by their chat @param {Entry[]} entries @param {MemoryStorage|null} [storage] */
function desk(held, entries, storage = new MemoryStorage()) {
  const chats = new Chats();
  const abouts = Object.entries(held).map(([chat, name]) => about(chat, name));
  chats.greeted({ type: 'ok', id: 'hello', staff: 'me', teams: [], chats: abouts });
  const drafts = new Drafts('me', storage);
  const unsent = new Unsent({ desk: { outbox: () => entries }, drafts, chats, me: 'me' });
  /** What is listed beside the chat on the screen. @param {string|null} chat @param {Array<'chat'|'who'|'kind'|'text'|'reason'|'entry'|'files'|'held'>} fields */
  const listed = (chat, ...fields) => unsent.list(chat).map((one) => fields.map((field) => one[field]).join(' | '));
  return { chats, drafts, unsent, storage, listed };
}

test('replies that were refused are told of, to whom and why, wherever their chat is now; those on the screen stand there', () => {
  const { chats, listed } = desk({ a: 'Danielle', b: 'Omar', c: 'Lena' }, [
    entry('1', 'a'),
    entry('2', 'b', { type: 'note.add', refusal: OVER }),
    entry('3', 'c'),
    entry('4', 'a', { status: 'sending' }),
    entry('5', 'a', { type: 'chat.close' }),
  ]);
  chats.parted('a', null);
  chats.parted('b', null);
  assert.deepEqual(listed('c', 'who', 'kind', 'text', 'reason', 'entry', 'held'), [
    'Danielle | reply | to a | a colleague has this chat | 1 | false',
    'Omar | note | to b | this chat is closed | 2 | false',
  ]);
  assert.deepEqual(listed(null, 'chat', 'held'), ['a | false', 'b | false', 'c | true']);
});

test('drafts are told of once their chat is the agent’s no longer', () => {
  const { chats, drafts, unsent, listed } = desk({ a: 'Danielle', b: 'Omar' }, []);
  drafts.set('a', 'half a sen');
  drafts.set('a.note', 'half a note');
  drafts.set('b', 'goes on');
  assert.deepEqual(unsent.list(null), []);
  chats.parted('a', null);
  assert.deepEqual(listed('b', 'who', 'kind', 'text', 'entry'), [
    'Danielle | draft | half a sen | ',
    'Danielle | draft | half a note | ',
  ]);
  assert.deepEqual([unsent.list('a'), unsent.of('a').length], [[], 2]);
  chats.given(about('a', 'Danielle'));
  assert.deepEqual(unsent.list('b'), []);
});

test('after a reload, of which the desk says nothing, it is still known to whom it was', () => {
  const storage = new MemoryStorage();
  const before = desk({ a: 'Danielle', b: 'Omar' }, [entry('1', 'a', { status: 'sending' })], storage);
  before.drafts.set('b', 'half a sen');
  before.unsent.list(null);
  const after = desk({}, [entry('1', 'a')], storage);
  assert.deepEqual(after.listed(null, 'who', 'kind'), ['Danielle | reply', 'Omar | draft']);
  const gone = desk({}, [], storage);
  gone.drafts.set('b', '');
  gone.unsent.list(null);
  assert.deepEqual(storage.valuesWith('Danielle'), []);
});

test('a note that was begun where one only looked is no draft of a chat that was parted with', () => {
  const { drafts, unsent } = desk({}, []);
  drafts.set('w.note', 'Confirm both');
  assert.deepEqual(unsent.list(null), []);
});

test('without a storage, or with another program’s words in it, it goes on', () => {
  const files = entry('1', 'a', { fields: { chat: 'a', text: '', files: ['f', 'g'] } });
  const { chats, drafts, unsent, listed } = desk({ b: 'Omar' }, [files], null);
  drafts.set('b', 'half');
  unsent.list(null);
  chats.parted('b', null);
  assert.deepEqual(listed(null, 'who', 'text', 'files'), [' |  | 2', 'Omar | half | 0']);
  const storage = new MemoryStorage();
  storage.setItem('switchboard.unsent.me', '{');
  assert.deepEqual(desk({}, [], storage).unsent.list(null), []);
});

test('how many are not sent is said in a sentence', () => {
  /** @param {Array<import('../../../widgets/console/static/unsent.js').Kind>} kinds */
  const words = (...kinds) => unsentWords(kinds.map((kind) => ({ kind })));
  assert.equal(words('reply'), '1 reply wasn’t sent.');
  assert.equal(words('reply', 'reply'), '2 replies weren’t sent.');
  assert.equal(words('draft'), '1 draft wasn’t sent.');
  assert.equal(words('draft', 'reply', 'draft'), '1 reply and 2 drafts weren’t sent.');
  assert.equal(words('note', 'reply', 'draft', 'reply'), '2 replies, 1 note and 1 draft weren’t sent.');
});
