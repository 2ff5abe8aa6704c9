import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { nextSquare } = await import('../../../widgets/console/static/floor-squares.js');

const ROWS = [['a', 'b', 'c'], [], ['d'], ['e', 'f']];
const from = (/** @type {string} */ square, /** @type {string} */ code) => nextSquare(ROWS, square, code);

test('arrows lead along the squares, and past agents without a chat', () => {
  assert.deepEqual([from('a', 'ArrowRight'), from('c', 'ArrowRight'), from('d', 'ArrowLeft')], ['b', 'd', 'c']);
  assert.deepEqual([from('c', 'ArrowDown'), from('d', 'ArrowDown'), from('f', 'ArrowUp')], ['d', 'e', 'd']);
  assert.deepEqual([from('b', 'Home'), from('b', 'End')], ['a', 'c']);
});

test('there is no square beyond the ends, and none for other keys', () => {
  for (const [square, code] of /** @type {const} */ ([
    ['a', 'ArrowLeft'],
    ['a', 'ArrowUp'],
    ['f', 'ArrowRight'],
    ['f', 'ArrowDown'],
    ['a', 'KeyJ'],
  ]))
    assert.equal(from(square, code), undefined);
});
