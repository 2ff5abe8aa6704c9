import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { factsOf, nothingOf, placeOf, saidOf } = await import('../../../widgets/console/static/timeline-words.js');

const entry = (/** @type {object} */ more) =>
  /** @type {import('../../../widgets/console/static/timeline-words.js').Entry} */ ({
    kind: 'note',
    at: '2026-11-30T17:00:00.000Z',
    ticket: null,
    chat: null,
    text: 'x',
    by: null,
    status: null,
    rating: null,
    ...more,
  });

test('an entry leads to its ticket, or to the chat that goes on', () => {
  assert.equal(placeOf(entry({ kind: 'chat', ticket: 7, chat: 'c' })), '/tickets/7');
  assert.equal(placeOf(entry({ kind: 'chat', chat: 'c' })), '/console#chat=c');
  assert.equal(placeOf(entry({ by: 'Priya' })), '');
});

test('below an entry stand its ticket, who it was with and how it was rated', () => {
  const chat = entry({ kind: 'chat', ticket: 7, chat: 'c', by: 'Priya', status: 'solved', rating: 4 });
  assert.equal(factsOf(chat), '#7 · Solved · with Priya · rated 4 of 5');
  assert.equal(factsOf(entry({ kind: 'chat', chat: 'c' })), 'Going on');
  assert.equal(factsOf(entry({ by: 'Priya' })), 'About them · Priya');
});

test('what has no text says why', () => {
  assert.equal(saidOf(entry({ kind: 'reply', text: null })), 'Removed');
  assert.equal(saidOf(entry({ kind: 'reply', text: '' })), 'Files');
  assert.equal(saidOf(entry({ kind: 'chat', text: null })), 'No subject');
});

test('an empty list of tickets says where those of chats are', () => {
  assert.match(nothingOf('ticket'), /under Chats/u);
  assert.equal(nothingOf('note'), 'Nothing of this kind yet.');
});
