import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { replyWords } = await import('../../../widgets/console/static/reply-words.js');

/** @param {object} [requester] @param {string|null} [closed_at] */
const ticket = (requester = {}, closed_at = null) => ({
  closed_at,
  requester: { id: 'v', name: 'Ana Ruiz', email: 'ana@northlake.example', verified: true, ...requester },
});
/** @param {object} [changes] @returns {import('../../../widgets/console/static/ticket-letters.js').Address} */
const address = (changes = {}) => ({
  email: 'ana@northlake.example',
  verified: true,
  health: 'ok',
  since: null,
  why: null,
  ...changes,
});

test('a reply to a confirmed address is mailed, and can be read online by whoever has an id', () => {
  assert.equal(replyWords(ticket(), address()), 'Ana gets your reply by mail and can read it online.');
  assert.equal(replyWords(ticket({ id: null }), address({ health: 'soft' })), 'Ana gets your reply by mail.');
});

test('an unconfirmed address gets a link and not the text', () => {
  const said = 'Ana gets a link by mail, not your text: the address isn’t confirmed.';
  assert.equal(replyWords(ticket(), address({ verified: false })), said);
});

test('an address whose mail comes back gets nothing', () => {
  const bounced = address({ health: 'bounced' });
  assert.equal(replyWords(ticket(), bounced), 'Mail to Ana comes back. They can read your reply online.');
  assert.equal(replyWords(ticket({ id: null }), bounced), 'Mail to Ana comes back. They won’t get your reply.');
});

test('without an address the reply is read in the chat window, or by nobody', () => {
  const nobody = { name: null, email: null };
  const online = 'The requester can read your reply and answer it in the chat window.';
  assert.equal(replyWords(ticket(nobody), null), online);
  const saved = 'We have no email address. Your reply is saved on the ticket, but the requester won’t be notified.';
  assert.equal(replyWords(ticket({ ...nobody, id: null }), null), saved);
});

test('nothing is said of an address until it is known', () => {
  assert.equal(replyWords(ticket({}, '2026-11-28T12:00:00Z'), null), '');
});

test('a reply to a ticket that is closed for good opens a new one', () => {
  const said = replyWords(ticket({}, '2026-11-28T12:00:00Z'), address());
  assert.match(said, /^This ticket is closed for good, so your reply opens a new one\. Ana gets your reply by mail/u);
});
