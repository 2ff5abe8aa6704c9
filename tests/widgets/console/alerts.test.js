import assert from 'node:assert/strict';
import test from 'node:test';
import { Alerts } from '../../../widgets/console/static/alerts.js';

const NOW = Date.UTC(2026, 10, 25, 12);
/** @type {{looking: boolean, at: string|null, alarms?: number}} */
const AWAY = { looking: false, at: null };
const owed = (/** @type {string} */ chat) => ({ chat, name: 'Danielle', text: 'hello', owed: true });
const unread = (/** @type {string} */ chat) => ({ ...owed(chat), owed: false });

function listening() {
  /** @type {string[]} */
  const said = [];
  const alerts = new Alerts({
    ring: () => said.push('ring'),
    show: ({ chat }) => said.push(`show ${chat}`),
    hide: (chat) => said.push(`hide ${chat}`),
  });
  const after = (
    /** @type {number} */ seconds,
    /** @type {import('../../../widgets/console/static/alerts.js').Call[]} */ calls,
    where = AWAY,
  ) => {
    said.length = 0;
    alerts.update(calls, { now: NOW + seconds * 1000, ...where });
    return [...said];
  };
  return after;
}

test('a chat that nobody has answered is called for again and again, until somebody does', () => {
  const after = listening();
  assert.deepEqual(after(0, [owed('a')]), ['show a', 'ring']);
  assert.deepEqual(after(14, [owed('a')]), []);
  assert.deepEqual(after(15, [owed('a')]), ['show a', 'ring']);
  assert.deepEqual(after(30, [owed('a')]), ['show a', 'ring']);
  assert.deepEqual(after(31, []), ['hide a']);
  assert.deepEqual(after(60, []), []);
});

test('a further message is called for less often', () => {
  const after = listening();
  assert.deepEqual(after(0, [unread('a')]), ['show a', 'ring']);
  assert.deepEqual(after(59, [unread('a')]), []);
  assert.deepEqual(after(60, [unread('a')]), ['show a', 'ring']);
});

test('several at once sound once', () => {
  const after = listening();
  assert.deepEqual(after(0, [owed('a'), owed('b')]), ['show a', 'show b', 'ring']);
});

test('whoever looks at the page hears it and needs no notice', () => {
  const after = listening();
  assert.deepEqual(after(0, [owed('a')], { looking: true, at: null }), ['ring']);
  assert.deepEqual(after(15, [owed('a')], { looking: true, at: null }), ['ring']);
});

test('whoever has the chat before them hears of a new one once, and of a further message not at all', () => {
  const after = listening();
  assert.deepEqual(after(0, [owed('a')], { looking: true, at: 'a' }), ['ring']);
  assert.deepEqual(after(60, [owed('a')], { looking: true, at: 'a' }), []);
  assert.deepEqual(after(61, [owed('a'), unread('b')], { looking: true, at: 'b' }), ['ring']);
  assert.deepEqual(after(62, [owed('a'), unread('b')], { looking: true, at: 'b' }), []);
});

test('an alarm that begins is heard once, with whatever else calls, and shown nowhere', () => {
  const after = listening();
  assert.deepEqual(after(0, [], { ...AWAY, alarms: 2 }), ['ring']);
  assert.deepEqual(after(1, [], { ...AWAY, alarms: 0 }), []);
  assert.deepEqual(after(2, [owed('a')], { ...AWAY, alarms: 1 }), ['show a', 'ring']);
});

test('answered and asked again, it is called for anew', () => {
  const after = listening();
  after(0, [unread('a')]);
  after(1, []);
  assert.deepEqual(after(2, [unread('a')]), ['show a', 'ring']);
});
