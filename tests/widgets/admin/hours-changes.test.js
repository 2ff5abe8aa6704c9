/** Changes of an hours page, and what happens when somebody else saved. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countOf, inConflict, versionOn, withChange } from '../../../widgets/admin/static/hours-changes.js';

/** @import { Change, Hours, Schedule } from '../../../widgets/admin/static/hours-changes.js' */

const WEEK = [['09:00-17:00'], [], [], [], [], [], []];

/** @param {Partial<Schedule>} [other] @returns {Hours} */
const hours = (other = {}) => ({
  today: '2026-11-28',
  timezone: 'America/New_York',
  file: 'hours.yaml',
  version: 'a',
  faults: [],
  saved: null,
  read_only: null,
  teams: [{ team: 'media', name: 'Media', published_as: 'Media', schedule: 'standard', may_change: true }],
  schedules: [
    {
      schedule: 'standard',
      teams: ['media'],
      mail_of: [],
      may_change: true,
      versions: [{ from: null, week: WEEK }],
      country: null,
      subdivision: null,
      days: [],
      ...other,
    },
  ],
});

/** @type {Change} */
const CLOSED = { do: 'days', schedule: 'standard', first: '2026-12-24', last: '2026-12-24', spans: [], name: null };
/** @type {Change} */
const LATER = { do: 'week', schedule: 'standard', from: '2026-12-07', week: WEEK };

test('a later change of the same days replaces the earlier one', () => {
  const short = { ...CLOSED, spans: ['09:00-13:00'] };
  assert.deepEqual(withChange(withChange([LATER], CLOSED), short), [LATER, short]);
  assert.equal(withChange([CLOSED], { ...CLOSED, last: '2026-12-25' }).length, 2);
});

test('a new schedule comes before the changes that use it, another name comes last', () => {
  /** @type {Change[]} */
  const wanted = [
    { do: 'rename', schedule: 'standard', to: 'usual' },
    { do: 'remove', schedule: 'old' },
    CLOSED,
    { do: 'team', team: 'media', schedule: 'media' },
    { do: 'schedule', schedule: 'media', like: 'standard' },
  ];
  const done = wanted.reduce(withChange, /** @type {Change[]} */ ([])).map(({ do: what }) => what);
  assert.deepEqual(done, ['schedule', 'team', 'days', 'remove', 'rename']);
});

test('a closed day is one change, also of several schedules and of one that is made for it', () => {
  const own = { ...CLOSED, schedule: 'media' };
  /** @type {Change[]} */
  const moves = [
    { do: 'schedule', schedule: 'media', like: 'standard' },
    { do: 'team', team: 'media', schedule: 'media' },
  ];
  assert.equal(countOf([...moves, own]), 1);
  assert.equal(countOf([...moves, own, CLOSED]), 1);
  assert.equal(countOf(moves), 1, 'a schedule without hours of its own');
  assert.equal(countOf([{ do: 'team', team: 'prod', schedule: 'standard' }, CLOSED, LATER]), 3);
  assert.equal(countOf([CLOSED, { ...CLOSED, first: '2026-12-25', last: '2026-12-25' }]), 2);
});

test('only changes of what somebody else changed are in conflict', () => {
  /** @type {Schedule['days']} */
  const days = [
    { first: '2026-12-20', last: '2026-12-26', kind: 'exception', name: 'Closed', spans: [], observed: true },
  ];
  assert.deepEqual(inConflict([CLOSED, LATER], hours(), hours({ days })), [CLOSED]);
  assert.deepEqual(inConflict([CLOSED, LATER], hours(), hours({ country: 'US' })), []);
  const versions = [{ from: null, week: WEEK.toReversed() }];
  assert.deepEqual(inConflict([CLOSED, LATER], hours(), hours({ versions })), [LATER]);
});

test('the version of a day is the last one that has begun', () => {
  const versions = [
    { from: null, week: WEEK },
    { from: '2026-12-07', week: WEEK.toReversed() },
  ];
  const [schedule] = hours({ versions }).schedules;
  assert.ok(schedule);
  assert.equal(versionOn(schedule, '2026-12-06'), versions[0]);
  assert.equal(versionOn(schedule, '2026-12-07'), versions[1]);
});
