/** Days on which hours differ. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeated } from '../../../widgets/admin/static/hours-differences.js';

/** @param {string} first @param {string} last @param {number} days @param {string[]} after */
const difference = (first, last, days, after) => ({
  name: 'Media',
  teams: ['media'],
  first,
  last,
  days,
  before: ['09:00-19:00'],
  after,
  minutes: -60 * days,
});

test('a difference of each week is one line, with the day of the week if it is the same', () => {
  const [mondays, closed, further] = repeated([
    difference('2026-11-30', '2026-11-30', 1, ['09:00-18:00']),
    difference('2026-12-02', '2026-12-02', 1, []),
    difference('2026-12-07', '2026-12-07', 1, ['09:00-18:00']),
    difference('2026-12-09', '2026-12-11', 3, []),
  ]);
  assert.deepEqual(
    [mondays?.first, mondays?.last, mondays?.days, mondays?.minutes, mondays?.weekday],
    ['2026-11-30', '2026-12-07', 2, -120, 1],
  );
  assert.deepEqual([closed?.days, closed?.weekday, further], [4, 0, undefined]);
});
