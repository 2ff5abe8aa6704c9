import assert from 'node:assert/strict';
import test from 'node:test';
import { allFull, serves } from '../../../widgets/console/static/free-slots.js';

const WEI = {
  staff: 'wei',
  name: 'Wei',
  teams: ['media'],
  status: 'available',
  reason: null,
  since: '',
  connected: true,
  held: 5,
  capacity: 5,
  free: 0,
  paused: /** @type {string[]} */ ([]),
};

test('a colleague serves a team while they are connected, available and have not paused it', () => {
  assert.equal(serves(WEI, 'media'), true);
  assert.equal(serves(WEI, 'prod'), false);
  for (const change of [{ connected: false }, { status: 'away' }, { paused: ['media'] }])
    assert.equal(serves({ ...WEI, ...change }, 'media'), false);
});

test('a team is full if each colleague who serves it is, oneself apart', () => {
  const me = { ...WEI, staff: 'me', free: 3 };
  const away = { ...WEI, staff: 'tom', status: 'away', free: 5 };
  assert.equal(allFull([WEI, me, away], 'me', 'media'), true);
  assert.equal(allFull([WEI, { ...WEI, staff: 'tom', free: 1 }], 'me', 'media'), false);
});

test('a team without anybody, or whose people are not known yet, is not called full', () => {
  assert.equal(allFull([], 'me', 'media'), false);
  assert.equal(allFull([WEI], 'me', 'prod'), false);
});
