import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { lasted, pastWords } = await import('../../../widgets/console/static/floor-past.js');

const PAST = {
  kind: 'next_reply',
  team: 'media',
  chat: 'c',
  staff: { id: 'p', name: 'Priya' },
  raised_at: '2026-11-25T12:00:00.000Z',
  cleared_at: /** @type {string|null} */ ('2026-11-25T12:01:30.000Z'),
  had_by: null,
  muted_by: null,
};

test('an alarm of the past names its agent, and says for how long it stood', () => {
  assert.deepEqual([pastWords(PAST), lasted(PAST, 0)], ['Next reply overdue, Priya', '1 min 30 s']);
  assert.equal(pastWords({ ...PAST, kind: 'queue', staff: null }), 'Long wait');
});

test('an alarm that still stands has lasted until now, never less than nothing', () => {
  const stands = { ...PAST, cleared_at: null };
  const began = new Date(PAST.raised_at).getTime();
  assert.equal(lasted(stands, began + 5_000), '5 s so far');
  assert.equal(lasted(stands, began - 5_000), '0 s so far');
});
