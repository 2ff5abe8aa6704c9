import assert from 'node:assert/strict';
import test from 'node:test';
import { likely } from '../../../widgets/console/static/code-suggestions.js';

const past = (/** @type {string|null} */ resolution, product = 'Lumina') => ({ resolution, product });

test('what tickets came down to most often comes first, three at most', () => {
  const tickets = [
    past('void'),
    past('data_fix'),
    past('data_fix'),
    past('set_up'),
    past('set_up'),
    past('set_up'),
    past('technical'),
  ];
  assert.deepEqual(likely(tickets, ''), ['set_up', 'data_fix', 'void']);
});

test('a ticket about the same product says more than two of another', () => {
  assert.deepEqual(likely([past('void'), past('void'), past('data_fix', 'Spectra OX')], 'Spectra OX'), [
    'data_fix',
    'void',
  ]);
});

test('tickets without a code say nothing', () => {
  assert.deepEqual(likely([past(null)], 'Lumina'), []);
});
