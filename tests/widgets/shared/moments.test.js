import assert from 'node:assert/strict';
import test from 'node:test';
import { day, heading, sameDay, since, stamp } from '../../../widgets/shared/static/days.js';
import { about, clockIn, span, timer } from '../../../widgets/shared/static/moments.js';

const at = (/** @type {[number, number, number, number?, number?]} */ ...parts) => new Date(...parts).getTime();
const NOON = at(2026, 10, 25, 12, 0);

test('a timer counts minutes, and hours where there are some', () => {
  assert.deepEqual([timer(-5), timer(7_000), timer(192_000), timer(3_753_000)], ['0:00', '0:07', '3:12', '1:02:33']);
});

test('a length is said in the two largest units at most', () => {
  assert.deepEqual(
    [span(45_000), span(160_000), span(180_000), span(3_900_000), span(260_000_000)],
    ['45 s', '2 min 40 s', '3 min', '1 h 5 min', '3 days'],
  );
});

test('a length is rounded down like a timer', () => {
  assert.deepEqual(
    [timer(60_900), span(60_900), timer(3_959_000), span(3_959_000)],
    ['1:00', '1 min', '1:05:59', '1 h 5 min'],
  );
});

test('a date never breaks, and has its year where it is not this one', () => {
  assert.equal(day(at(2026, 10, 5), NOON), 'Nov\u00a05');
  assert.equal(day(at(2025, 10, 5), NOON), 'Nov\u00a05,\u00a02025');
});

test('today is a clock time of 24 hours, another day says which', () => {
  assert.equal(stamp(at(2026, 10, 25, 0, 5), NOON), '00:05');
  assert.equal(stamp(at(2026, 10, 24, 16, 34), NOON), 'Nov\u00a024, 16:34');
});

test('a list says how long ago, then the date', () => {
  const ago = (/** @type {number} */ minutes) => since(NOON - minutes * 60_000, NOON);
  assert.deepEqual([ago(0), ago(4), ago(61), ago(3 * 1440)], ['now', '4\u00a0min', '1\u00a0h', 'Nov\u00a022']);
});

test('the heading of a day is a word where there is one', () => {
  assert.deepEqual(
    [heading(NOON, NOON), heading(at(2026, 10, 24, 23, 59), NOON), heading(at(2026, 10, 23, 1, 0), NOON)],
    ['Today', 'Yesterday', 'Monday, Nov 23'],
  );
  assert.equal(sameDay(at(2026, 10, 25, 0, 0), at(2026, 10, 24, 23, 59)), false);
});

test('an estimate is never less than a minute, and always "about"', () => {
  assert.deepEqual([about(3), about(60), about(220)], ['about 1 minute', 'about 1 minute', 'about 4 minutes']);
});

test('a zone that the browser does not know has no clock', () => {
  assert.equal(clockIn('UTC', Date.UTC(2026, 0, 1, 15, 44)), '15:44');
  assert.equal(clockIn('Mars/Olympus', NOON), null);
});
