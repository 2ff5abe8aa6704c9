import assert from 'node:assert/strict';
import test from 'node:test';
import { CloseForm } from '../../../widgets/console/static/close-form.js';

const code = (/** @type {string} */ key, more = {}) => ({
  key,
  name: key,
  meaning: key,
  group: 'Support',
  pending_rca: false,
  by_hand: true,
  only_product: null,
  ...more,
});
const CODES = [
  code('set_up', { pending_rca: true }),
  code('lumina', { only_product: 'Lumina' }),
  code('void'),
  code('data_fix'),
];

const form = (more = {}) =>
  new CloseForm({
    codes: CODES,
    statuses: ['open', 'awaiting_reply', 'fixed_pending_rca', 'solved'],
    values: { product: 'Spectra OX' },
    likely: ['void', 'lumina', 'data_fix'],
    usedLast: null,
    reachable: true,
    ...more,
  });

test('a figure takes a likely code, counted without those that are refused', () => {
  const one = form();
  assert.equal(one.take(2), true);
  assert.equal(one.values.resolution, 'data_fix');
  assert.deepEqual([one.take(3), one.values.resolution], [false, 'data_fix']);
});

test('letters choose the best match, and an empty box chooses nothing', () => {
  const one = form();
  one.seek('set');
  assert.equal(one.values.resolution, 'set_up');
  assert.deepEqual(one.places, []);
  one.seek('lumina');
  assert.equal(one.values.resolution, '');
  one.seek('');
  assert.equal(one.values.resolution, '');
});

test('arrows walk around the codes that may be chosen', () => {
  const one = form();
  const walked = [1, 1, 1, 1, -1].map((step) => {
    one.move(/** @type {1|-1} */ (step));
    return one.values.resolution;
  });
  assert.deepEqual(walked, ['void', 'data_fix', 'set_up', 'void', 'set_up']);
});

test('a status is chosen by its place, unless it is refused', () => {
  const one = form({ reachable: false });
  assert.deepEqual([one.choose(2), one.values.status], [false, 'solved']);
  assert.deepEqual([one.choose(1), one.values.status, one.takesCode], [true, 'open', false]);
  assert.equal(one.choose(5), false);
});

test('a code that does not go with the change is dropped, and comes back with nothing', () => {
  const one = form();
  one.set({ product: 'Lumina', resolution: 'lumina' });
  one.set({ product: 'Spectra OX' });
  assert.equal(one.values.resolution, '');
  one.set({ resolution: 'void' });
  one.set({ status: 'fixed_pending_rca' });
  assert.equal(one.values.resolution, '');
});

test('a code waits while a status without one is chosen', () => {
  const one = form();
  one.set({ resolution: 'void' });
  one.set({ status: 'open' });
  assert.equal(one.fields()?.resolution, undefined);
  one.set({ status: 'solved' });
  assert.equal(one.fields()?.resolution, 'void');
});

test('what is missing is said beside its field, and what belongs to none on its own', () => {
  const one = form();
  assert.equal(one.fields(), null);
  assert.deepEqual([Object.keys(one.wrong), one.message], [['resolution'], '']);
  one.set({ resolution: 'void' });
  assert.equal(one.fields({ 'custom_fields.cause': 'Fill in Cause.' }), null);
  assert.deepEqual(one.wrong, { 'custom_fields.cause': 'Fill in Cause.' });
  one.refuse({ seen: 'Too late.' }, '');
  assert.equal(one.message, 'Too late.');
  one.refuse({ assignee: 'There is no such person.' });
  assert.deepEqual([one.message, one.wrongInDetails], ['', true]);
});

test('a fault goes as soon as its field is written in', () => {
  const one = form();
  one.refuse({ subject: 'Too long.' });
  one.set({ subject: 'Short' });
  assert.deepEqual(one.wrong, {});
});

test('only a solved ticket with a training code asks for training', () => {
  const one = form({ codes: [...CODES, code('training_suggested', { pending_rca: true })] });
  one.set({ resolution: 'training_suggested' });
  assert.equal(one.has('training'), true);
  one.set({ resolution: 'void' });
  assert.equal(one.has('training'), false);
  one.set({ status: 'fixed_pending_rca', resolution: 'training_suggested' });
  assert.equal(one.has('training'), false);
});

test('priority and tags are those of the fields, and a fault of them is in the details', () => {
  const one = form();
  assert.deepEqual(one.sorting, { priority: null, add_tags: [] });
  one.set({ priority: 'high', add_tags: '#Month-End, pdf  pdf' });
  assert.deepEqual(one.sorting, { priority: 'high', add_tags: ['month-end', 'pdf'] });
  one.refuse({ tags: 'Too many.' }, 'Refused.');
  assert.deepEqual([one.wrong, one.wrongInDetails, one.message], [{ add_tags: 'Too many.' }, true, '']);
});
