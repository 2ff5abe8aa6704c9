import assert from 'node:assert/strict';
import test from 'node:test';
import { moved, renamed, same, wanted, without } from '../../../widgets/console/static/review-rows.js';

const ROWS = [{ id: 1, text: 'One' }, { id: 2, text: 'Two' }, { text: 'New' }];

test('a row moves by one place, and not beyond the ends', () => {
  const texts = (/** @type {Array<{text: string}>} */ rows) => rows.map(({ text }) => text).join();
  assert.equal(texts(moved(ROWS, 0, 1)), 'Two,One,New');
  assert.equal(texts(moved(ROWS, 2, -1)), 'One,New,Two');
  assert.equal(moved(ROWS, 0, -1), ROWS);
  assert.equal(moved(ROWS, 2, 1), ROWS);
});

test('a row keeps its id when its text changes', () => {
  assert.deepEqual(renamed(ROWS, 1, '2')[1], { id: 2, text: '2' });
  assert.deepEqual(without(ROWS, 0), ROWS.slice(1));
});

test('new rows without text are not sent, earlier ones are, for the desk to refuse', () => {
  assert.deepEqual(wanted([{ id: 1, text: ' ' }, { text: ' ' }, { text: ' A ' }]), [
    { id: 1, text: '' },
    { text: 'A' },
  ]);
});

test('rows differ by order, id and text', () => {
  assert.ok(same(ROWS, [...ROWS]));
  assert.ok(!same(ROWS, ROWS.slice(1)));
  assert.ok(!same(ROWS, moved(ROWS, 0, 1)));
  assert.ok(!same([{ id: 1, text: 'One' }], [{ text: 'One' }]));
});
