import assert from 'node:assert/strict';
import test from 'node:test';
import { likely, usedLast } from '../../../widgets/console/static/code-suggestions.js';

const past = (/** @type {string|null} */ resolution, more = {}) => ({ resolution, product: 'Lumina', ...more });
const MINE = { assignee: { id: 'me' } };

test('what tickets came down to most often comes first, three at most', () => {
  const tickets = ['no_issue', 'data_fix', 'data_fix', 'set_up', 'set_up', 'set_up', 'technical'].map((code) =>
    past(code),
  );
  assert.deepEqual(likely(tickets, { product: '' }), ['set_up', 'data_fix', 'no_issue']);
});

test('a ticket about the same product says more than two of another', () => {
  const tickets = [past('no_issue'), past('no_issue'), past('data_fix', { product: 'Spectra OX' })];
  assert.deepEqual(likely(tickets, { product: 'Spectra OX' }), ['data_fix', 'no_issue']);
});

test('without a product, no ticket is like it by that', () => {
  const tickets = [past('no_issue', { product: null }), past('set_up'), past('set_up')];
  assert.deepEqual(likely(tickets, { product: '' }), ['set_up', 'no_issue']);
});

test('the code of the same agent counts more than the one of a colleague', () => {
  const tickets = [past('no_issue', { assignee: { id: 'other' } }), past('set_up', MINE)];
  assert.deepEqual(likely(tickets, { product: '', agent: 'me' }), ['set_up', 'no_issue']);
});

test('words that the subject shares with the conversation outweigh frequency', () => {
  const tickets = [
    past('no_issue'),
    past('no_issue'),
    past('no_issue'),
    past('data_fix', { subject: 'Données de l’écart perdues' }),
  ];
  assert.deepEqual(likely(tickets, { product: '', words: 'les donnees sont perdues' }), ['data_fix', 'no_issue']);
  assert.deepEqual(likely(tickets, { product: '', words: 'de la les' }), ['no_issue', 'data_fix']);
});

test('tickets without a code say nothing', () => {
  assert.deepEqual(likely([past(null)], { product: 'Lumina' }), []);
});

test('the code used last is the newest one of the agent', () => {
  const tickets = [past('no_issue'), past(null, MINE), past('set_up', MINE), past('data_fix', MINE)];
  assert.deepEqual([usedLast(tickets, 'me'), usedLast(tickets, 'nobody')], ['set_up', null]);
});

test('what was void is never suggested, however often', () => {
  assert.deepEqual(likely([past('void'), past('void'), past('set_up')], { product: 'Lumina' }), ['set_up']);
});
