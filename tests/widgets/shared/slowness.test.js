import assert from 'node:assert/strict';
import test from 'node:test';
import { Slowness } from '../../../widgets/shared/static/slowness.js';

test('what is under way for eight seconds is slow, and that is drawn once', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 100_000 });
  let drawn = 0;
  const slowness = new Slowness(() => {
    drawn += 1;
  });
  const entry = { at: 100_000 };
  slowness.watch(entry, true);
  t.mock.timers.tick(7_999);
  assert.deepEqual([slowness.of(entry), drawn], [false, 0]);
  t.mock.timers.tick(1);
  assert.deepEqual([slowness.of(entry), drawn], [true, 1]);
  slowness.watch(undefined, true);
  t.mock.timers.tick(60_000);
  assert.equal(drawn, 1);
});

test('time without a connection, or on an earlier page, does not count', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 100_000 });
  const slowness = new Slowness(() => {});
  const entry = { at: 10_000 };
  slowness.watch(entry, true);
  assert.equal(slowness.of(entry), false);
  slowness.watch(entry, false);
  t.mock.timers.tick(60_000);
  assert.equal(slowness.of(entry), false);
  slowness.watch(entry, true);
  t.mock.timers.tick(7_999);
  assert.equal(slowness.of(entry), false);
  t.mock.timers.tick(1);
  assert.equal(slowness.of(entry), true);
});
