import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { InboxWork } = await import('../../../widgets/console/static/inbox-work.js');

/** @param {number} id */
const entry = (id) => ({ id, kind: 'mention', ticket: 7, chat: null, read: false });

test('the inbox is read page by page, and entries are marked as read', async () => {
  /** @type {Array<[string, string, unknown]>} */
  const asked = [];
  const ask = async (
    /** @type {string} */ method,
    /** @type {string} */ path,
    /** @type {{body?: object}} */ more = {},
  ) => {
    asked.push([method, path, more.body]);
    if (path.endsWith('/letters')) return { data: { mentions: true, follows: false, ...more.body }, etag: null };
    if (method === 'POST') return { data: { unread: 1 }, etag: null };
    const later = path.includes('before');
    return { data: { entries: [entry(later ? 1 : 2)], unread: 2, next: later ? null : 2 }, etag: null };
  };
  const work = new InboxWork({ ask });
  await work.load();
  await work.more();
  await work.read(2);
  assert.deepEqual(
    work.list?.map(({ id, read }) => [id, read]),
    [
      [2, true],
      [1, false],
    ],
  );
  assert.deepEqual([work.unread, work.next, work.letters], [1, null, { mentions: true, follows: false }]);
  await work.choose({ follows: true });
  assert.deepEqual(asked.at(-1), ['PUT', '/api/inbox/letters', { mentions: true, follows: true }]);
  await work.show(true);
  assert.deepEqual(asked.at(-1)?.slice(0, 2), ['GET', '/api/inbox?unread=true']);
});

test('news do not take away the pages that were opened', async () => {
  let newest = 31;
  const ask = async (/** @type {string} */ _, /** @type {string} */ path) => {
    if (path.endsWith('/letters')) return { data: { mentions: true, follows: false }, etag: null };
    const last = Number(new URLSearchParams(path.split('?')[1]).get('before') ?? newest + 1) - 2;
    return { data: { entries: [entry(last + 1), entry(last)], unread: 2, next: last }, etag: null };
  };
  const work = new InboxWork({ ask });
  const ids = () => work.list?.map(({ id }) => id);
  await work.load();
  await work.more();
  newest = 32;
  await work.load();
  assert.deepEqual([ids(), work.next], [[32, 31, 30, 29, 28], 28]);
  newest = 40;
  await work.load();
  assert.deepEqual([ids(), work.next], [[40, 39], 39]);
});

test('an inbox that cannot be read says why', async () => {
  const work = new InboxWork({ ask: async () => Promise.reject(new Refused(0, { detail: 'No connection.' })) });
  await work.load();
  assert.deepEqual([work.list, work.fault], [null, 'No connection.']);
});
