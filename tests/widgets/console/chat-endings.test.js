import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { ChatEndings } = await import('../../../widgets/console/static/chat-endings.js');
const { Chats } = await import('../../../widgets/console/static/chats.js');
const { about, at, hello } = await import('./support/working.js');

/** The chats that are entered after `a` was closed. @param {boolean} goesOn */
function enteredAfterClose(goesOn) {
  /** @type {string[]} */
  const entered = [];
  const chats = new Chats();
  chats.greeted(
    /** @type {never} */ ({ ...hello([]), chats: ['a', 'b'].map((chat) => about(chat, { reply_owed_since: at })) }),
  );
  const endings = new ChatEndings(
    /** @type {never} */ ({
      ask: async () => ({ data: { tickets: [] } }),
      me: 'me',
      kept: null,
      chats,
      now: () => 0,
      changed: () => {},
      wanted: () => 'a',
      goesOn: () => goesOn,
      enter: (/** @type {string} */ chat) => entered.push(chat),
      close: () => {},
    }),
  );
  endings.goOn('a');
  return entered;
}

test('after a close the next chat that waits is shown, unless the agent wants to stay', () => {
  assert.deepEqual([enteredAfterClose(true), enteredAfterClose(false)], [['b'], []]);
});
