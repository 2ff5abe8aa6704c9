import assert from 'node:assert/strict';
import test from 'node:test';
import { choices, fieldsOf } from '../../../widgets/console/static/codes.js';
import { pluck } from '../support/pluck.js';

const code = (/** @type {string} */ key, more = {}) => ({
  key,
  name: key,
  meaning: `about ${key}`,
  group: 'Support',
  pending_rca: false,
  by_hand: true,
  only_product: null,
  ...more,
});
const CODES = [
  code('set_up', { pending_rca: true }),
  code('void'),
  code('auto_solved', { by_hand: false }),
  code('configuration_request', { pending_rca: true, only_product: 'Lumina' }),
  code('duplicate'),
];
const VALUES = {
  status: 'solved',
  resolution: 'void',
  duplicate_of: '',
  workaround: '',
  product: 'Spectra OX',
  subject: ' S ',
};

/** @param {Partial<Parameters<typeof choices>[1]>} [now] */
const keys = (now) => pluck(choices(CODES, { status: 'solved', product: 'Lumina', ...now }), 'key').join(' ');

test('nobody is offered the code of the timer', () => {
  assert.equal(keys(), 'set_up void configuration_request duplicate');
});

test('a code of another product stands last, with the reason', () => {
  const last = choices(CODES, { status: 'solved', product: 'Spectra OX' }).at(-1);
  assert.equal(last?.key, 'configuration_request');
  assert.equal(last?.refused, 'Only for Lumina. This is about Spectra OX.');
  assert.ok(choices(CODES, { status: 'solved', product: 'Lumina' }).every(({ refused }) => refused === null));
});

test('while the cause is looked for, only codes that may stand then are offered', () => {
  assert.equal(keys({ status: 'fixed_pending_rca' }), 'set_up configuration_request');
});

test('what is plainly missing is said beside its field', () => {
  for (const [values, field] of /** @type {Array<[object, string]>} */ ([
    [{ resolution: '' }, 'resolution'],
    [{ resolution: 'duplicate', duplicate_of: 'x' }, 'duplicate_of'],
    [{ status: 'fixed_pending_rca', resolution: '' }, 'workaround'],
  ]))
    assert.deepEqual(Object.keys(fieldsOf({ ...VALUES, ...values }).wrong), [field]);
});

test('a status that takes no code sends none', () => {
  assert.deepEqual(fieldsOf({ ...VALUES, status: 'open', resolution: 'void' }), {
    fields: { status: 'open', product: 'Spectra OX', subject: 'S' },
    wrong: {},
  });
});

test('the number of the other ticket may be written with its sign', () => {
  assert.equal(fieldsOf({ ...VALUES, resolution: 'duplicate', duplicate_of: ' #48213 ' }).fields.duplicate_of, 48213);
});

test('a note of blanks is none, and a chosen owner is sent', () => {
  const { fields } = fieldsOf({ ...VALUES, note: '  ', team: 'prod', assignee: 'u2' });
  assert.deepEqual([fields.note, fields.team, fields.assignee], [undefined, 'prod', 'u2']);
});
