import assert from 'node:assert/strict';
import test from 'node:test';
import { ChatButton } from '../../../widgets/portal/static/chat-button.js';

/** A page with its own button in view. */
function page() {
  /** @type {Map<string, (what: object) => void>} */
  const listeners = new Map();
  /** @type {string[]} */
  const calls = [];
  const chat = (
    /** @type {string} */ command,
    /** @type {string} */ name,
    /** @type {(what: object) => void} */ listener,
  ) => {
    if (command === 'on') listeners.set(name, listener);
    else calls.push(command);
  };
  const button = new ChatButton(
    /** @type {import('../../../widgets/portal/static/chat-button.js').Switchboard} */ (/** @type {unknown} */ (chat)),
  );
  const happens = (/** @type {string} */ name, what = {}) => listeners.get(name)?.(what);
  button.seen(true);
  return { button, calls, happens };
}

test('the floating button is there only while the page’s own is out of view', () => {
  const { button, calls } = page();
  assert.deepEqual(calls, []);
  button.seen(false);
  button.seen(true);
  assert.deepEqual(calls, ['show', 'hide']);
});

test('a chat under way or an unread message keeps the floating button', () => {
  const { calls, happens } = page();
  happens('start');
  happens('unread', { count: 1 });
  happens('end');
  assert.deepEqual(calls, ['show']);
  happens('unread', { count: 0 });
  assert.deepEqual(calls, ['show', 'hide']);
});

test('an open chat is not hidden with its button', () => {
  const { button, calls, happens } = page();
  button.seen(false);
  happens('open');
  button.seen(true);
  assert.deepEqual(calls, ['show']);
  happens('close');
  assert.deepEqual(calls, ['show', 'hide']);
});
