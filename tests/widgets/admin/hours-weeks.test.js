/** The preview opens at the weeks of a change. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weeksWith, yearEndOf } from '../../../widgets/admin/static/hours-weeks.js';

const TODAY = '2026-11-29';
/** @param {string} first @param {string} [from] */
const from = (first, from = '') =>
  weeksWith({ do: 'days', schedule: 'main', first, last: first, spans: [], name: null }, from, TODAY);

test('a day that the preview shows already keeps it', () => {
  assert.equal(from('2026-12-12'), '');
  assert.equal(from('2026-12-24', '2026-12-20'), '2026-12-20');
  assert.equal(from(TODAY, '2027-03-08'), '2027-03-08', 'a change from today on holds in all weeks');
});

test('another day is shown in one of the choices, or from the Monday of its week', () => {
  assert.equal(from('2026-12-24'), yearEndOf(TODAY));
  assert.equal(from('2026-12-01', '2026-12-20'), '');
  assert.equal(from('2027-02-10'), '2027-02-08');
  assert.equal(yearEndOf('2026-12-24'), '');
});

test('a change without a day leaves the preview', () => {
  assert.equal(weeksWith({ do: 'remove', schedule: 'main' }, '2026-12-20', TODAY), '2026-12-20');
  assert.equal(weeksWith({ do: 'week', schedule: 'main', from: '2027-01-04', week: [] }, '', TODAY), '2027-01-04');
});
