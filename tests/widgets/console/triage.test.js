import assert from 'node:assert/strict';
import test from 'node:test';

import { local, snoozes, tagOf } from '../../../widgets/console/static/triage.js';
import { pluck } from '../support/pluck.js';

const at = (/** @type {string} */ local) => new Date(local).getTime();
const offered = (/** @type {number} */ now) => snoozes(now).map(({ name, value }) => [name, local(new Date(value))]);

test('a tag is written as the desk stores it', () => {
  assert.equal(tagOf('  #Month  End '), 'month-end');
  assert.equal(tagOf('#'), '');
});

test('a snooze ends at the beginning of a working day', () => {
  assert.deepEqual(offered(at('2026-11-24T15:30')), [
    ['In 3 hours', '2026-11-24T18:30'],
    ['Tomorrow, 9:00', '2026-11-25T09:00'],
    ['Monday, 9:00', '2026-11-30T09:00'],
    ['In two weeks, 9:00', '2026-12-08T09:00'],
  ]);
});

test('nobody comes back to a ticket on a Saturday, and no time is offered twice', () => {
  for (const now of ['2026-11-27T10:00', '2026-11-28T10:00'])
    assert.deepEqual(pluck(snoozes(at(now)), 'name'), ['In 3 hours', 'Monday, 9:00', 'In two weeks, 9:00']);
  assert.deepEqual(offered(at('2026-11-29T10:00'))[1], ['Tomorrow, 9:00', '2026-11-30T09:00']);
  assert.equal(offered(at('2026-11-29T10:00')).length, 3);
  assert.deepEqual(offered(at('2026-11-30T10:00'))[2], ['Monday, 9:00', '2026-12-07T09:00']);
});
