/** Schedules as changes leave them, and schedules of their own for teams. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  keyOfName,
  listed,
  ownHours,
  planned,
  sharesOf,
  withoutSchedule,
} from '../../../widgets/admin/static/hours-plan.js';

/** @import { Change, Hours } from '../../../widgets/admin/static/hours-changes.js' */

/** @param {string} schedule @param {string[]} teams */
const schedule = (schedule, teams) => ({
  schedule,
  teams,
  mail_of: [],
  may_change: false,
  versions: [],
  country: 'US',
  subdivision: null,
  days: [],
});
/** @param {string} team @param {string} schedule */
const team = (team, schedule) => ({ team, name: team, published_as: team, schedule, may_change: true });
/** @type {Hours} */
const HOURS = {
  today: '2026-11-28',
  timezone: 'America/New_York',
  file: 'hours.yaml',
  version: 'a',
  faults: [],
  saved: null,
  read_only: null,
  teams: [team('media', 'extended'), team('prod', 'extended'), team('spot', 'standard')],
  schedules: [schedule('extended', ['media', 'prod']), schedule('standard', ['spot'])],
};
/** @type {Change} */
const CLOSED = { do: 'days', schedule: 'extended', first: '2026-12-31', last: '2026-12-31', spans: [], name: null };
const teamsOf = (/** @type {Change[]} */ changes) => planned(HOURS, changes).map((one) => [one.schedule, one.teams]);

test('a team with a schedule of its own leaves the shared one, with the changes that are not saved', () => {
  const changes = ownHours([CLOSED], 'extended', 'media', ['media']);
  assert.deepEqual(changes, [
    { do: 'schedule', schedule: 'media', like: 'extended' },
    { do: 'team', team: 'media', schedule: 'media' },
    { ...CLOSED, schedule: 'media' },
  ]);
  assert.deepEqual(teamsOf(changes), [
    ['extended', ['prod']],
    ['standard', ['spot']],
    ['media', ['media']],
  ]);
  const own = planned(HOURS, changes)[2];
  assert.deepEqual([own?.isNew, own?.may_change, own?.country], [true, true, 'US']);
  assert.deepEqual(withoutSchedule([CLOSED, ...changes], 'media'), [CLOSED]);
});

test('a copy of a schedule that is not saved is a copy of what that one is a copy of', () => {
  const both = ownHours([], 'extended', 'own', ['media', 'prod']);
  const [first] = ownHours([...both, { ...CLOSED, schedule: 'own' }], 'own', 'media', ['media']);
  assert.deepEqual(first, { do: 'schedule', schedule: 'media', like: 'extended' });
});

test('renamed and removed schedules stay in the list until the save', () => {
  const [renamed, removed] = planned(HOURS, [
    { do: 'rename', schedule: 'extended', to: 'long' },
    { do: 'remove', schedule: 'standard' },
  ]);
  assert.deepEqual([renamed?.schedule, renamed?.becomes, removed?.isRemoved], ['extended', 'long', true]);
});

test('a key has no accents, is cut, and gets a number if it is taken', () => {
  assert.equal(keyOfName('Équipe  Média!', []), 'equipe-media');
  assert.equal(keyOfName('media', ['media', 'media-2']), 'media-3');
  assert.equal(keyOfName('x'.repeat(40), ['x'.repeat(32)]), `${'x'.repeat(30)}-2`);
  assert.equal(keyOfName('媒体', []), '');
});

test('chosen teams are told from the others that share their schedule', () => {
  const shares = sharesOf(planned(HOURS, []), new Set(['media', 'spot']));
  assert.deepEqual(
    shares.map((one) => [one.schedule.schedule, one.chosen, one.others]),
    [
      ['extended', ['media'], ['prod']],
      ['standard', ['spot'], []],
    ],
  );
  assert.deepEqual([listed([]), listed(['A']), listed(['A', 'B', 'C'])], ['', 'A', 'A, B and C']);
});
