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

test('nobody is offered the code of the timer', () => {
  assert.ok(!choices(CODES, { status: 'solved', product: 'Lumina' }).some(({ key }) => key === 'auto_solved'));
});

test('a code of another product stands last, with the reason', () => {
  const shown = choices(CODES, { status: 'solved', product: 'Spectra OX' });
  assert.deepEqual(
    [shown.at(-1)?.key, shown.at(-1)?.refused],
    ['configuration_request', 'Only for Lumina. This is about Spectra OX.'],
  );
  assert.ok(choices(CODES, { status: 'solved', product: 'Lumina' }).every(({ refused }) => refused === null));
});

test('while the cause is looked for, only codes that may stand then are offered', () => {
  assert.deepEqual(pluck(choices(CODES, { status: 'fixed_pending_rca', product: 'Lumina' }), 'key'), [
    'set_up',
    'configuration_request',
  ]);
});

test('a search looks into the meaning too, and never hides what is chosen', () => {
  assert.deepEqual(pluck(choices(CODES, { status: 'solved', product: '', search: 'ABOUT dup' }), 'key'), ['duplicate']);
  assert.deepEqual(pluck(choices(CODES, { status: 'solved', product: '', search: 'dup', chosen: 'void' }), 'key'), [
    'void',
    'duplicate',
  ]);
});

test('what is likely comes first, in its order, but for what is refused', () => {
  const shown = choices(CODES, {
    status: 'solved',
    product: 'Spectra OX',
    likely: ['configuration_request', 'duplicate', 'void'],
  });
  assert.deepEqual(pluck(shown, 'key'), ['duplicate', 'void', 'set_up', 'configuration_request']);
});

test('what is plainly missing is said beside its field', () => {
  assert.deepEqual(Object.keys(fieldsOf({ ...VALUES, resolution: '' }).wrong), ['resolution']);
  assert.deepEqual(Object.keys(fieldsOf({ ...VALUES, resolution: 'duplicate', duplicate_of: 'x' }).wrong), [
    'duplicate_of',
  ]);
  assert.deepEqual(Object.keys(fieldsOf({ ...VALUES, status: 'fixed_pending_rca', resolution: '' }).wrong), [
    'workaround',
  ]);
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
