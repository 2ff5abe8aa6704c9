/** Days and spans of hours in words. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  amount,
  clockChangeWords,
  clocksMove,
  daysWords,
  spansWords,
  weekWords,
} from '../../../widgets/admin/static/hours-words.js';

test('neighboring days with the same hours are one line', () => {
  const day = ['09:00-12:00', '13:00-17:00'];
  assert.deepEqual(weekWords([day, day, [], day, ['10:00-11:00'], [], []]), [
    { days: 'Monday to Tuesday', spans: '09:00 to 12:00, 13:00 to 17:00' },
    { days: 'Thursday', spans: '09:00 to 12:00, 13:00 to 17:00' },
    { days: 'Friday', spans: '10:00 to 11:00' },
  ]);
});

test('days and amounts are short', () => {
  assert.equal(daysWords('2026-12-24', '2026-12-24'), 'Dec 24');
  assert.equal(daysWords('2026-12-28', '2026-12-31'), 'Dec 28–31');
  assert.equal(daysWords('2026-12-28', '2027-01-02'), 'Dec 28 – Jan 2');
  assert.deepEqual([60, 90, 30, 1080].map(amount), ['1 hour', '1 h 30 min', '30 minutes', '18 hours']);
  assert.equal(spansWords([]), 'closed');
});

test('a day on which the clocks move is named, with its length', () => {
  const moves = (/** @type {string} */ zone, /** @type {string[]} */ ...days) =>
    days.map((day) => clocksMove(day, zone));
  assert.deepEqual(moves('America/New_York', '2027-03-13', '2027-03-14', '2027-11-07'), [0, 60, -60]);
  assert.deepEqual(moves('Pacific/Auckland', '2027-04-04', '2027-09-26'), [-60, 60]);
  assert.match(clockChangeWords('2027-03-14', 'America/New_York'), /Mar 14, 2027: the clocks go forward.* 23 hours/);
  assert.equal(clockChangeWords('2027-03-14', 'UTC'), '');
});
