import assert from 'node:assert/strict';
import test from 'node:test';

import { figures, viewOf } from '../../../widgets/console/static/views.js';

test('an unknown view is all open work', () => {
  assert.equal(viewOf('nonsense').name, 'All open work');
  assert.equal(viewOf('solved').name, 'Solved');
});

test('open work is what is not solved', () => {
  assert.equal(figures({ open: 2, awaiting_reply: 1, fixed_pending_rca: 3 }).work, 6);
  assert.deepEqual(figures(null), {});
});
