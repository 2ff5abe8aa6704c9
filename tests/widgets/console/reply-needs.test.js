import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { lacksOf, needsOf } = await import('../../../widgets/console/static/reply-needs.js');

const field = (/** @type {string} */ key, more = {}) => ({
  key,
  kind: /** @type {const} */ ('text'),
  labels: { en: key },
  options: [],
  teams: [],
  products: [],
  for_customers: false,
  needed_to_submit: false,
  needed_to_solve: true,
  archived: false,
  ...more,
});
const FIELDS = [
  field('Market', { products: ['Lumina'] }),
  field('Cause'),
  field('Old', { archived: true }),
  field('Mood', { needed_to_solve: false }),
];
const OPEN = { status: 'open', team: 'media', product: 'Lumina', custom_fields: {} };
const EMPTY = { resolution: '', duplicate_of: '', workaround: '', finding: '' };

/** @param {object} more */
const lacking = (more) =>
  Object.keys(lacksOf({ ticket: OPEN, form: EMPTY, status: 'solved', along: {}, ...more }, FIELDS));

test('each status asks for what the desk would refuse it for, the code first', () => {
  assert.deepEqual(lacking({ status: 'open' }), []);
  assert.deepEqual(lacking({ status: 'fixed_pending_rca' }), ['workaround']);
  assert.deepEqual(lacking({}), ['resolution', 'custom_fields.Market', 'custom_fields.Cause']);
  assert.deepEqual(lacking({ form: { ...EMPTY, resolution: 'void' } }), []);
  assert.deepEqual(lacking({ form: { ...EMPTY, resolution: 'duplicate' } }), ['duplicate_of']);
  const fixed = { ...OPEN, product: null, status: 'fixed_pending_rca', custom_fields: { Cause: 'Rain' } };
  assert.deepEqual(lacking({ ticket: fixed, form: { ...EMPTY, resolution: 'set_up' } }), ['finding']);
});

test('a field that was filled in is not missing any more, and stays on the screen', () => {
  const form = { ...EMPTY, resolution: 'set_up' };
  const along = { custom_fields: { Market: 'Canada', Cause: '' } };
  assert.deepEqual(lacking({ form, along }), ['custom_fields.Cause']);
  const reply = { ticket: OPEN, form, status: 'solved', along };
  assert.deepEqual(
    needsOf(reply, FIELDS).custom.map(({ key }) => key),
    ['Market', 'Cause'],
  );
  assert.deepEqual(lacking({ form: { ...form, workaround: 'Wait' }, status: 'fixed_pending_rca' }), []);
});

test('a macro that moves the ticket decides which fields it needs', () => {
  const fields = [field('Cause', { teams: ['finance'] })];
  const reply = { ticket: OPEN, form: { ...EMPTY, resolution: 'set_up' }, status: 'solved', along: {} };
  assert.deepEqual(lacksOf(reply, fields), {});
  assert.deepEqual(lacksOf({ ...reply, along: { team: 'finance' } }, fields), {
    'custom_fields.Cause': 'Fill in Cause to solve the ticket.',
  });
});
