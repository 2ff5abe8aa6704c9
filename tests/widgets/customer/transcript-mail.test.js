/**
 * Mailing a conversation from the widget: what is asked of the desk, and what the customer reads.
 *
 * @import { Chat } from '../../../widgets/customer/static/chat.js'
 */

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import '../support/served.js';

const { TranscriptMail, refusedWords, sentWords } = await import('../../../widgets/customer/static/transcript-mail.js');

const ADDRESS = 'ana@northlake.example';
const fetched = globalThis.fetch;

afterEach(() => {
  globalThis.fetch = fetched;
});

test('an address that is not confirmed gets a link', () => {
  assert.equal(sentWords({ email: ADDRESS, whole: true }), `The conversation goes to ${ADDRESS}.`);
  assert.match(sentWords({ email: ADDRESS, whole: false }), /^A link to it goes to/);
});

test('a refusal says what to do', () => {
  assert.match(refusedWords('conflict', ADDRESS), new RegExp(`^Mail to ${ADDRESS} came back`));
  assert.match(refusedWords('rate_limited', ADDRESS), /Try again later/);
  assert.match(refusedWords('forbidden', ADDRESS), /^Only the person who asked/);
  assert.match(refusedWords('unavailable', ADDRESS), /Try again in a moment/);
});

test('the desk is asked once for the conversation that is shown', async () => {
  /** @type {Array<[string, string]>} */
  const asked = [];
  globalThis.fetch = async (path, { headers } = {}) => {
    asked.push([String(path), new Headers(headers).get('Authorization') ?? '']);
    return Response.json({ email: ADDRESS, whole: true });
  };
  const current = { number: 7, properties: { requester: { email: ADDRESS } } };
  const chat = { talks: { current }, desk: { customer: { token: 'sb_x' } } };
  let changes = 0;
  const mail = new TranscriptMail(/** @type {Chat} */ (/** @type {unknown} */ (chat)), () => changes++);
  await Promise.all([mail.mail(), mail.mail()]);
  assert.deepEqual([asked, changes], [[['/api/tickets/7/transcript', 'Bearer sb_x']], 2]);
  assert.deepEqual([mail.told, mail.asking], [`The conversation goes to ${ADDRESS}.`, false]);
});
