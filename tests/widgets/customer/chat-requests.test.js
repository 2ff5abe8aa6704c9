import assert from 'node:assert/strict';
import test from 'node:test';
import { atForm } from './support/at_form.js';
import { pluck } from '../support/pluck.js';

const { addTo, addressOf } = await import('../../../widgets/customer/static/chat-requests.js');

/** @type {import('../../../widgets/shared/static/client/types.js').Entry} */
const LATE = { id: 'm1', type: 'message.send', fields: { text: 'too late' }, at: 0, status: 'failed', refusal: null };
const FILE = { id: 'f', name: 'a.pdf', type: 'application/pdf', size: 1, url: '/api/files/f' };

test('what came too late is a reply to the ticket, once, and stands in the box no longer', async (t) => {
  const { chat } = atForm();
  const discarded = t.mock.method(chat.desk, 'discard', () => {});
  /** @type {string[]} */
  const asked = [];
  t.mock.method(
    globalThis,
    'fetch',
    async (/** @type {string} */ address, /** @type {{headers: Record<string, string>}} */ { headers }) => {
      asked.push(address, headers['Idempotency-Key']);
      return Response.json({ number: 8, status: 'open' }, { status: 201 });
    },
  );
  chat.visit.outcome = { ticket: 8, status: 'solved', reason: 'closed' };
  await addTo(chat, LATE, 8);
  assert.deepEqual([...asked, chat.addedTo, chat.visit.outcome.status], ['/api/tickets/8/replies', 'm1', 8, 'open']);
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
