import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../support/served.js';

const { LineNotice } = await import('../../../widgets/customer/static/line-notice.js');
const { Memory } = await import('../../../widgets/customer/static/memory.js');

/** A chat in line, and what its page is told. */
function waiting({ looksOn = false, memory = new Memory(null) } = {}) {
  /** @type {Array<[string, object|undefined]>} */
  const told = [];
  /** @type {Record<string, Function>} */
  const heard = {};
  const chat = {
    looksOn,
    memory,
    visit: { chat: 'c1', teamName: () => 'Media' },
    host: {
      on: (/** @type {string} */ name, /** @type {Function} */ fn) => Object.assign(heard, { [name]: fn }),
      tell: (/** @type {string} */ name, /** @type {object|undefined} */ fields) => told.push([name, fields]),
    },
    on: (/** @type {string} */ name, /** @type {Function} */ fn) => Object.assign(heard, { [name]: fn }),
    changed: () => {},
  };
  const notice = new LineNotice(
    /** @type {import('../../../widgets/customer/static/chat.js').Chat} */ (/** @type {unknown} */ (chat)),
  );
  const joins = (live = true) => heard.told({ type: 'chat.assigned', staff: { name: 'Priya Raman' } }, live);
  return { chat, notice, told, joins, may: (/** @type {unknown} */ may) => heard.notices({ may }), memory };
}

test('a page that can notify is asked once, and offers it', () => {
  const { notice, told, may } = waiting();
  assert.equal(notice.offered, false);
  notice.look();
  notice.look();
  assert.deepEqual(told, [['notices', undefined]]);
  may('default');
  assert.deepEqual([notice.offered, notice.on, notice.refused], [true, false, false]);
});

test('a page that cannot notify, or may not, offers nothing', () => {
  const { notice, may } = waiting();
  for (const answer of ['', 'denied', undefined, 'anything']) {
    may(answer);
    assert.deepEqual([notice.offered, notice.on, notice.refused], [false, false, false]);
  }
});

test('a customer who asked is told who joined, without a word of the conversation', () => {
  const { notice, told, joins, may } = waiting();
  may('granted');
  joins();
  assert.deepEqual(told, [], 'not before they ask');
  notice.ask();
  may('granted');
  assert.equal(notice.on, true);
  joins(false);
  joins();
  assert.deepEqual(told, [
    ['notices', { ask: true }],
    ['joined', { says: 'Priya joined', where: 'Media support' }],
  ]);
});

test('another tab, and a later page, know that the customer asked', () => {
  const first = waiting();
  first.notice.ask();
  first.may('granted');
  const next = waiting({ memory: first.memory });
  next.may('granted');
  assert.equal(next.notice.on, true);
  next.joins();
  assert.equal(next.told.length, 1);
});

test('a customer who looks at the chat needs no notification', () => {
  const { notice, told, joins, may } = waiting({ looksOn: true });
  notice.ask();
  may('granted');
  joins();
  assert.equal(told.length, 1);
});

test('a refusal by the browser is told to who asked', () => {
  const { notice, may } = waiting();
  may('default');
  notice.ask();
  may('denied');
  assert.deepEqual([notice.offered, notice.on, notice.refused], [false, false, true]);
});
