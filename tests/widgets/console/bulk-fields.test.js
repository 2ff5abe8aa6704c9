import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { changeOf } = await import('../../../widgets/console/static/bulk-fields.js');

test('form becomes a change of what was chosen only', () => {
  assert.deepEqual(
    changeOf({
      status: '',
      assignee: 'nobody',
      team: '',
      priority: 'high',
      add_tags: 'Month End, #vip',
      remove_tags: ' ',
      snoozed_until: 'awake',
    }),
    { change: { assignee: null, priority: 'high', add_tags: ['month-end', 'vip'], snoozed_until: null }, wrong: {} },
  );
});

test('change of nothing, and solving without a code, are said before anything is sent', () => {
  assert.deepEqual(Object.keys(changeOf({}).wrong), ['change']);
  assert.deepEqual(Object.keys(changeOf({ status: 'solved', resolution: '' }).wrong), ['resolution']);
  assert.deepEqual(changeOf({ status: 'solved', resolution: 'duplicate', duplicate_of: '#12' }).change, {
    status: 'solved',
    resolution: 'duplicate',
    duplicate_of: 12,
  });
});
