import assert from 'node:assert/strict';
import test from 'node:test';
import { markedAbove, ticked } from '../../../widgets/shared/static/log-extras.js';

const AT = '2026-11-24T16:34:00Z';
const said = (/** @type {object} */ more) => ({
  item: /** @type {import('../../../widgets/shared/static/story.js').Item} */ (
    /** @type {unknown} */ ({ kind: 'message', by: { kind: 'staff', id: 'u' }, at: AT, chat: 'c', ...more })
  ),
  joins: false,
  live: false,
});
const mine = (/** @type {object} */ more) => said({ own: true, by: { kind: 'customer', id: 'v' }, ...more });
const line = (/** @type {{at: string}} */ { at }) => ({ kind: /** @type {const} */ ('mark'), key: 'new', seq: 0, at });

test('a reply to the ticket is not read because the chat was read as far', () => {
  const told = [
    mine({ key: 'c 2', seq: 2 }),
    mine({ key: 'c 5', seq: 5 }),
    mine({ key: 't 1', seq: 1, chat: undefined }),
  ];
  const { sent, read } = ticked(told, 9);
  assert.deepEqual([sent?.key, read?.key], ['t 1', 'c 5']);
});

test('the line stands above the event and takes the place of the one before', () => {
  const told = [2, 3, 4].map((seq) => ({ ...said({ key: `c ${seq}`, seq }), joins: seq > 2 }));
  const shown = () => told.map(({ item, joins }) => [item.kind === 'mark' ? 'New' : item.seq, joins]);
  markedAbove(told, 3, line);
  assert.deepEqual(shown(), [
    [2, false],
    ['New', false],
    [3, false],
    [4, true],
  ]);
  markedAbove(told, 4, line);
  assert.deepEqual(shown(), [
    [2, false],
    [3, true],
    ['New', false],
    [4, false],
  ]);
  markedAbove(told, 0, line);
  assert.deepEqual(shown(), [
    [2, false],
    [3, true],
    [4, true],
  ]);
});

test('an event of the ticket with the same number gets no line', () => {
  const told = [said({ key: 't 3', seq: 3, chat: undefined })];
  markedAbove(told, 3, line);
  assert.equal(told.length, 1);
});
