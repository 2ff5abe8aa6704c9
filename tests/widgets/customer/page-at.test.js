import assert from 'node:assert/strict';
import test from 'node:test';
import { PageAt } from '../../../widgets/customer/static/page-at.js';

function around() {
  /** @type {Array<[string, object]>} */
  const cast = [];
  /** @type {Record<string, () => void>} */
  const heard = {};
  const on = (/** @type {string} */ name, /** @type {() => void} */ fn) => {
    heard[name] = fn;
  };
  const chat = {
    page: 'https://planner.example/orders',
    visit: { phase: 'form', chat: /** @type {string|null} */ (null), lastSeq: 0 },
    desk: {
      state: { line: 'live' },
      on,
      cast: (/** @type {string} */ type, /** @type {object} */ fields) => cast.push([type, fields]),
    },
    on,
  };
  let hidden = false;
  new PageAt(
    /** @type {import('../../../widgets/customer/static/chat.js').Chat} */ (/** @type {unknown} */ (chat)),
    () => hidden,
  );
  const look = (/** @type {boolean} */ away = false) => {
    hidden = away;
    heard.change();
    return cast.splice(0).map(([, fields]) => fields);
  };
  return { chat, heard, look };
}

test('each page is told once, and again to a new connection', () => {
  const { chat, heard, look } = around();
  const here = { page: 'https://planner.example/orders' };
  assert.deepEqual(look(), [here]);
  assert.deepEqual(look(), []);
  chat.page = 'https://planner.example/invoices';
  assert.deepEqual(look(), [{ page: 'https://planner.example/invoices' }]);
  heard.hello();
  assert.deepEqual(look(), [{ page: 'https://planner.example/invoices' }]);
});

test('a chat is named as soon as the desk knows that it is followed', () => {
  const { chat, look } = around();
  look();
  Object.assign(chat.visit, { phase: 'queued', chat: 'c' });
  assert.deepEqual(look(), []);
  chat.visit.lastSeq = 2;
  assert.deepEqual(look(), [{ page: 'https://planner.example/orders', chat: 'c' }]);
  chat.visit.phase = 'closed';
  assert.deepEqual(look(), [{ page: 'https://planner.example/orders' }]);
});

test('a tab that nobody looks at is silent, and so is one without a connection', () => {
  const { chat, look } = around();
  assert.deepEqual(look(true), []);
  chat.desk.state.line = 'waiting';
  assert.deepEqual(look(), []);
  chat.desk.state.line = 'live';
  assert.equal(look().length, 1);
});
