import assert from 'node:assert/strict';
import test from 'node:test';
import { atForm } from './support/at_form.js';
import { pluck } from '../support/pluck.js';

const { addTo, addressOf } = await import('../../../widgets/customer/static/chat-requests.js');

/** @type {import('../../../widgets/shared/static/client/types.js').Entry} */
const LATE = { id: 'm1', type: 'message.send', fields: { text: 'too late' }, at: 0, status: 'failed', refusal: null };
const FILE = { id: 'f', name: 'a.pdf', type: 'application/pdf', size: 1, url: '/api/files/f' };

test('what came too late becomes a reply to the ticket, and is under way no longer', (t) => {
  const { chat } = atForm();
  const discarded = t.mock.method(chat.desk, 'discard', () => {});
  /** @type {unknown[]} */
  const added = [];
  Object.assign(chat, { talks: { replies: { add: (/** @type {unknown[]} */ ...reply) => added.push(...reply) } } });
  addTo(chat, LATE, 8);
  assert.deepEqual(added, [8, { text: 'too late' }]);
  assert.deepEqual(pluck(discarded.mock.calls, 'arguments'), [['m1']]);
});

test('a file that is refused is said where the customer asked for it, and not where it is only shown', async (t) => {
  t.mock.method(globalThis, 'fetch', async () =>
    Response.json({ code: 'not_found', detail: 'It is gone.' }, { status: 404 }),
  );
  const { chat } = atForm();
  assert.deepEqual([await addressOf(chat, FILE, false), chat.alarm], [null, null]);
  assert.deepEqual(
    [await addressOf(chat, FILE), chat.alarm],
    [null, { what: 'The file couldn’t be loaded.', why: 'It is gone.' }],
  );
});
