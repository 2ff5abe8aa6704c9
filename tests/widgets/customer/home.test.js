import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../support/served.js';

const { Home } = await import('../../../widgets/customer/static/home.js');
const { Memory } = await import('../../../widgets/customer/static/memory.js');

/** A browser's chat with this many conversations. @param {{tickets?: number, tab?: Storage|null, memory?: InstanceType<typeof Memory>, start?: object, body?: object}} [given] */
function at({ tickets = 0, tab = null, memory = new Memory(null), start, body } = {}) {
  /** @type {Array<() => void>} */
  const heard = [];
  const chat = {
    memory,
    view: 'form',
    opened: /** @type {number|null} */ (null),
    beginning: { start, request: { body: body ?? null } },
    desk: {
      on: (/** @type {string} */ _name, /** @type {(list: object[]) => void} */ fn) =>
        fn(Array.from({ length: tickets }, () => ({}))),
    },
    on: (/** @type {string} */ _name, /** @type {() => void} */ fn) => void heard.push(fn),
    changed: () => {
      for (const fn of heard) fn();
    },
  };
  const home = new Home(/** @type {ConstructorParameters<typeof Home>[0]} */ (/** @type {unknown} */ (chat)), tab);
  return { home, chat };
}

/** Storage of a tab. */
function tabOf() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const storage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  };
  return /** @type {Storage} */ (/** @type {unknown} */ (storage));
}

test('who has conversations sees the list first, who has none the form', () => {
  for (const tickets of [0, 1]) {
    const { home } = at({ tickets });
    home.greeted({});
    assert.equal(home.shown, tickets > 0);
  }
});

test('the list stays within reach after all conversations are closed for good', () => {
  const memory = new Memory(null);
  at({ tickets: 1, memory }).home.greeted({});
  const later = at({ memory });
  later.home.greeted({});
  later.home.leave();
  assert.equal(later.home.isBehind, true);
});

test('a chat under way, or one that starts, is shown itself', () => {
  const chatting = at({ tickets: 2 });
  chatting.home.greeted({ chats: [{ chat: 'c1' }] });
  assert.equal(chatting.home.shown, false);
  for (const begun of [{ start: {} }, { body: {} }]) {
    const { home } = at({ tickets: 2, ...begun });
    home.greeted({});
    assert.equal(home.shown, false);
  }
});

test('a tab that was in a conversation comes back to it, another tab to the list', () => {
  const tab = tabOf();
  const first = at({ tickets: 2, tab });
  first.home.greeted({});
  first.home.leave();
  const reloaded = at({ tickets: 2, tab });
  reloaded.home.greeted({});
  assert.equal(reloaded.home.shown, false);
  const other = at({ tickets: 2, tab: tabOf() });
  other.home.greeted({});
  assert.equal(other.home.shown, true);
});

test('a tab that was in a ticket comes back to it', () => {
  const tab = tabOf();
  const first = at({ tickets: 2, tab });
  first.home.greeted({});
  first.chat.opened = 7;
  first.home.leave();
  const reloaded = at({ tickets: 2, tab });
  reloaded.home.greeted({});
  assert.deepEqual([reloaded.home.shown, reloaded.chat.opened], [false, 7]);
  reloaded.home.show();
  assert.equal(reloaded.chat.opened, null);
  const signedOut = at({ tab });
  signedOut.home.greeted({});
  assert.equal(signedOut.chat.opened, null);
});

test('a later greeting does not take anybody out of what they do', () => {
  const { home } = at({ tickets: 2 });
  home.greeted({ chats: [{ chat: 'c1' }] });
  home.greeted({ chats: [] });
  assert.equal(home.shown, false);
});

test('a browser with tickets that are closed for good only remembers that there are some', () => {
  const { home, chat } = at();
  home.greeted({});
  assert.equal(home.shown, false);
  chat.memory.set('listed', 'yes');
  const next = at({ memory: chat.memory });
  assert.equal(next.home.expected, true);
  next.home.greeted({});
  assert.equal(next.home.shown, true);
});

test('a page that has asked for something else gets it', () => {
  const { home } = at({ tickets: 2 });
  home.leave();
  home.greeted({});
  assert.equal(home.shown, false);
});

test('the way back leads to the list where there is one', () => {
  const { home } = at({ tickets: 1 });
  home.greeted({});
  assert.equal(home.isBehind, false);
  home.leave();
  assert.equal(home.isBehind, true);
  home.show();
  assert.deepEqual([home.shown, home.isBehind], [true, false]);
  const none = at();
  none.home.greeted({});
  assert.equal(none.home.isBehind, false);
});
