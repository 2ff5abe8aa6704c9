import assert from 'node:assert/strict';
import test from 'node:test';

import { counted, figures, viewOf } from '../../../widgets/console/static/views.js';

test('an unknown view is all open work', () => {
  assert.equal(viewOf('nonsense').name, 'All open work');
  assert.equal(viewOf('solved').name, 'Solved');
});

test('open work is what is not solved', () => {
  const counts = { open: 2, awaiting_reply: 1, fixed_pending_rca: 3 };
  assert.deepEqual(figures(counts, []).work, { tickets: 6, more: false });
});

test('a count that stopped at the limit has a plus, and so has open work', () => {
  const counts = { open: 5_000, awaiting_reply: 1, fixed_pending_rca: 0, mine: 5_000 };
  const { open, mine, work } = figures(counts, ['open']);
  assert.deepEqual([open, mine, work].map(counted), ['5,000+', '5,000', '5,001+']);
});
