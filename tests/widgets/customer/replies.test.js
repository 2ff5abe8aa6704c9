import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';
import { MemoryStorage } from '../client/support/memory_storage.js';

const { Kept } = await import('../../../widgets/shared/static/client/storage.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');
const { Replies } = await import('../../../widgets/customer/static/replies.js');

/** A desk that answers replies, or fails. */
class Desk {
  /** @type {Array<[string, string]>} key and text */ posted = [];
  /** @type {string[]} */ stored = [];
  /** @type {Array<Error>} thrown by the next ones */ faults = [];
  /** @type {Array<() => void>} */ timers = [];
  me = 'visitor-1';
  storage = new Kept('test.', new MemoryStorage());
  #keys = 0;

  replies() {
    return new Replies({
      storage: this.storage,
      post: async ({ id, fields }) => {
        const fault = this.faults.shift();
        this.posted.push([id, fields.text]);
        if (fault) throw fault;
        return { number: fields.ticket };
      },
      me: () => this.me,
      newKey: () => `key-${++this.#keys}`,
      stored: ({ id }) => this.stored.push(id),
      changed: () => {},
      env: {
        now: () => 0,
        setTimeout: (run) =>
          /** @type {ReturnType<typeof setTimeout>} */ (/** @type {unknown} */ (this.timers.push(run))),
        clearTimeout: () => {},
      },
    });
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('replies go one after the other, and are kept no longer once they are stored', async () => {
  const desk = new Desk();
  const replies = desk.replies();
  replies.add(7, { text: 'one' });
  replies.add(7, { text: 'two', says: 'not_fixed' });
  assert.equal(replies.of(7).length, 2);
  await settled();
  assert.deepEqual(desk.posted, [
    ['key-1', 'one'],
    ['key-2', 'two'],
  ]);
  assert.deepEqual([replies.of(7), desk.storage.names('reply.')], [[], []]);
});

test('a reply that was sent when the line broke is sent again with the same key, on the next page too', async () => {
  const desk = new Desk();
  desk.faults.push(new Refused(0, { code: 'unavailable' }));
  desk.replies().add(7, { text: 'half way' });
  await settled();
  assert.deepEqual(desk.stored, []);
  const next = desk.replies();
  assert.equal(next.of(7)[0].fields.text, 'half way');
  next.send();
  await settled();
  assert.deepEqual(desk.posted, [
    ['key-1', 'half way'],
    ['key-1', 'half way'],
  ]);
  assert.deepEqual(desk.stored, ['key-1']);
});

test('what may pass is tried again by itself, and nothing overtakes it', async () => {
  const desk = new Desk();
  const replies = desk.replies();
  desk.faults.push(new Refused(503, { code: 'unavailable' }));
  replies.add(7, { text: 'one' });
  await settled();
  desk.timers.shift()?.();
  replies.add(7, { text: 'two' });
  await settled();
  assert.deepEqual(desk.posted.slice(1), [
    ['key-1', 'one'],
    ['key-2', 'two'],
  ]);
});

test('a reply that is refused stays with its reason until it is sent again or deleted', async () => {
  const desk = new Desk();
  const replies = desk.replies();
  desk.faults.push(new Refused(413, { code: 'too_large', detail: 'Too long.' }));
  replies.add(7, { text: 'long' });
  await settled();
  assert.deepEqual([replies.of(7)[0].status, replies.of(7)[0].refusal?.code], ['failed', 'too_large']);
  replies.discard('key-1');
  assert.deepEqual([replies.of(7), desk.storage.names('reply.')], [[], []]);
});

test('a reply of somebody else is neither shown nor sent', async () => {
  const desk = new Desk();
  desk.faults.push(new Refused(0, { code: 'unavailable' }));
  desk.replies().add(7, { text: 'mine' });
  await settled();
  desk.me = 'visitor-2';
  const next = desk.replies();
  next.send();
  await settled();
  assert.deepEqual([next.of(7), desk.posted.length], [[], 1]);
});

test('a reply that a closed tab has left behind is sent by the one that is still open, with the same key', async () => {
  const desk = new Desk();
  const open = desk.replies();
  const closed = desk.replies();
  desk.faults.push(new Refused(413, { code: 'too_large' }), new Refused(0, { code: 'unavailable' }));
  closed.add(8, { text: 'long' });
  await settled();
  closed.add(7, { text: 'half way' });
  await settled();
  open.send();
  // The tab may be there all the same, and then it shows the reply.
  assert.deepEqual(open.of(7), []);
  await settled();
  assert.deepEqual(desk.stored, ['key-2']);
  // What was refused is for the tab to decide that shows it.
  assert.deepEqual([open.of(7), open.of(8), desk.storage.names('reply.')], [[], [], ['reply.key-1']]);
});
