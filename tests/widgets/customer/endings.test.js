import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { afterWords } = await import('../../../widgets/customer/static/endings.js');

const SAID = { status: 'Open', team: 'Media', opens: '' };

test('a message says its number, when the team is back, and what it means to leave no address', () => {
  const outcome = { ticket: 48204, status: 'open', reason: 'message' };
  const opens = 'Finance opens tomorrow morning';
  assert.deepEqual(afterWords(outcome, { ...SAID, opens }), {
    title: 'It’s now ticket #48204',
    text: 'Finance opens tomorrow morning and will look into it then. Keep this number.',
  });
  assert.match(afterWords(outcome, { ...SAID, address: false }).text, /You left no address/u);
});

test('nothing after the chat promises a mail', () => {
  for (const reason of ['closed', 'ended', 'abandoned', 'silent', 'missed', 'message']) {
    for (const status of ['open', 'awaiting_reply', 'fixed_pending_rca', 'solved']) {
      const { title, text } = afterWords({ ticket: 48213, status, reason }, { ...SAID, status });
      assert.match(title, /#48213/u);
      assert.doesNotMatch(text, /mail/iu);
    }
  }
});

test('who left the line without an address is told to keep the number', () => {
  const words = { status: 'Open', team: 'Media', opens: '' };
  const said = (/** @type {boolean} */ address) =>
    afterWords({ ticket: 7, status: 'open', reason: 'abandoned' }, { ...words, address }).text;
  assert.match(said(false), /You left no address, so keep this number/);
  assert.doesNotMatch(said(true), /address/);
});
