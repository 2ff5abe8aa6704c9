import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { ChatEndings } = await import('../../../widgets/console/static/chat-endings.js');
const { Chats } = await import('../../../widgets/console/static/chats.js');
const { about, at, hello } = await import('./support/working.js');

/** Endings of an agent who has closed the chat `a`, and the chats that are entered. @param {boolean} goesOn @param {object[]} uncoded */
function afterClose(goesOn, uncoded = []) {
  /** @type {string[]} */
  const entered = [];
  const chats = new Chats();
  chats.greeted(
    /** @type {never} */ ({ ...hello([]), chats: ['a', 'b'].map((chat) => about(chat, { reply_owed_since: at })) }),
  );
  const endings = new ChatEndings(
    /** @type {never} */ ({
      ask: async (/** @type {string} */ _method, /** @type {string} */ path) => ({
        data: path.includes('?')
          ? { tickets: uncoded }
          : { status: 'solved', version: 3, history: [{ by: { kind: 'staff', id: 'me' } }] },
      }),
      me: 'me',
      kept: null,
      chats,
      now: () => 0,
      changed: () => {},
      wanted: () => 'a',
      watches: () => false,
      goesOn: () => goesOn,
      enter: (/** @type {string} */ chat) => entered.push(chat),
      close: () => {},
    }),
  );
  endings.goOn('a');
  return { endings, entered };
}

test('after a close the next chat that waits is shown, unless the agent wants to stay', () => {
  assert.deepEqual([afterClose(true).entered, afterClose(false).entered], [['b'], []]);
});

test('a close that is undone needs a code, and is shown', async () => {
  const uncoded = { number: 4, chat: 'a', requester: null, team: 'media', created_at: at, flags: ['needs_code'] };
  const { endings, entered } = afterClose(false, [uncoded]);
  endings.finished.closed({ chat: 'a', name: 'Omar', ticket: 4, status: 'solved', words: 'Solved' });
  await endings.undo();
  assert.deepEqual([endings.uncoded.of('a')?.number, entered], [4, ['a']]);
});
