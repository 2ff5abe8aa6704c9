import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { FloorTimes } = await import('../../../widgets/console/static/floor-times.js');

const NOW = Date.UTC(2026, 10, 24, 21, 40);

test('times are those of the zone, with its name in the head', () => {
  const eastern = new FloorTimes('America/New_York');
  assert.equal(eastern.head(NOW), 'Tuesday, Nov 24, 16:40 ET');
  assert.equal(eastern.zone(NOW), 'ET');
  assert.equal(eastern.clock('2026-11-25T00:00:00Z'), '19:00');
  const tokyo = new FloorTimes('Asia/Tokyo');
  assert.equal(tokyo.head(NOW), 'Wednesday, Nov 25, 06:40 Japan Time');
  assert.equal(tokyo.clock('2026-11-25T00:00:00Z'), '09:00');
});

test('a stamp has the date if it is another day in the zone', () => {
  const eastern = new FloorTimes('America/New_York');
  assert.equal(eastern.stamp('2026-11-25T04:59:00Z', NOW), '23:59');
  assert.equal(eastern.stamp('2026-11-25T05:00:00Z', NOW), 'Nov\u00a025, 00:00');
});

test('a reader in another zone is told their own time, as chats show it', () => {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  assert.equal(new FloorTimes(timeZone).own(NOW), '');
  const [hour] = new FloorTimes(timeZone).clock(NOW).split(':');
  const other = new FloorTimes(timeZone === 'Asia/Tokyo' ? 'UTC' : 'Asia/Tokyo');
  assert.equal(other.own(NOW), `${hour}:40 your time`);
});

test('in place of a zone that the browser does not know, it uses its own', () => {
  const own = new FloorTimes(Intl.DateTimeFormat().resolvedOptions().timeZone);
  assert.equal(new FloorTimes('Mars/Olympus').head(NOW), own.head(NOW));
});
