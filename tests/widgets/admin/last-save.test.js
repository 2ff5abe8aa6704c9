import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { savedOf, savedWords } = await import('../../../widgets/admin/static/last-save.js');

const NOW = Date.parse('2026-11-28T10:03:20Z');
const TOBIAS = { name: 'Tobias Weber', own: false, at: '2026-11-28T10:00:00Z' };

test('a conflict names the other person and the time of the save', () => {
  assert.equal(savedWords(TOBIAS, 'hours', NOW), 'Tobias saved hours 3\u00a0min ago');
  assert.equal(savedOf(TOBIAS), 'Tobias’s');
});

test('a conflict with a window of your own says so', () => {
  assert.equal(savedWords({ ...TOBIAS, own: true }, 'hours', NOW), 'You saved hours in another window 3\u00a0min ago');
});

test('a conflict with an unknown save names nobody', () => {
  assert.equal(savedWords(null, 'teams', NOW), 'Someone else saved teams');
  assert.equal(savedOf(null), 'theirs');
});
