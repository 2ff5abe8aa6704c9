import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { staffVocabulary } = await import('../../../widgets/console/static/staff-vocabulary.js');

test('staff read whom a ticket awaits, not words that speak to the customer', () => {
  const words = staffVocabulary({
    statuses: [
      { key: 'open', name: 'Open' },
      { key: 'awaiting_reply', name: 'Awaiting your reply' },
    ],
  });
  assert.deepEqual([words.status('open'), words.status('awaiting_reply')], ['Open', 'Awaiting customer']);
});
