/** Days on which hours differ. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goesOn, repeated } from '../../../widgets/admin/static/hours-differences.js';

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

test('other hours of a week go on after the weeks of the preview, those of a day do not', () => {
  const all = [difference('2026-11-30', '2027-01-22', 40, ['08:00-20:00'])];
  const [lasting] = repeated(all);
  const schedules = [{ schedule: 'long', teams: ['media'] }];
  const week = /** @type {import('../../../widgets/admin/static/hours-changes.js').WeekChange} */ ({
    do: 'week',
    schedule: 'long',
    from: '2026-11-30',
    week: [],
  });
  const days = /** @type {import('../../../widgets/admin/static/hours-changes.js').DaysChange} */ ({
    do: 'days',
    schedule: 'long',
    first: '2026-11-30',
    last: '2027-01-22',
    spans: [],
    name: null,
  });
  assert.ok(lasting);
  assert.equal(goesOn(lasting, all, [week], schedules), true);
  assert.equal(goesOn(lasting, all, [days], schedules), false);
  assert.equal(goesOn(lasting, all, [{ ...week, schedule: 'other' }], schedules), false);
  const later = difference('2027-02-01', '2027-02-05', 5, []);
  assert.equal(goesOn(lasting, [...all, later], [week], schedules), false);
});
