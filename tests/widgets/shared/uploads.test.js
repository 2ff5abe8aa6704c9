import assert from 'node:assert/strict';
import test from 'node:test';
import { bytes, kindOf } from '../../../widgets/shared/static/sizes.js';
import { Uploads, limitsWords } from '../../../widgets/shared/static/uploads.js';

/** @import { Told } from '../../../widgets/shared/static/uploads.js' */

const LIMITS = { count: 2, size: 1_000, types: ['text/plain'] };

function desk(limits = LIMITS) {
  /** @type {Told[]} */
  const posts = [];
  let aborted = 0;
  const uploads = new Uploads({
    limits: () => limits,
    changed: () => {},
    post: (_, told) => {
      posts.push(told);
      return {
        abort: () => {
          aborted += 1;
        },
      };
    },
  });
  return { uploads, posts, aborted: () => aborted };
}

const file = (/** @type {string} */ name, size = 10) => new File(['x'.repeat(size)], name, { type: 'text/plain' });

test('a file goes up, tells how far it is, and becomes what the desk keeps', () => {
  const { uploads, posts } = desk();
  uploads.add([file('a.txt')]);
  posts[0].progress(0.4);
  assert.deepEqual([uploads.busy, uploads.list[0].share], [true, 0.4]);
  posts[0].done(201, { id: 'f1', name: 'a_.txt', type: 'text/plain', size: 10 });
  assert.deepEqual(
    [uploads.busy, uploads.files],
    [false, [{ id: 'f1', name: 'a_.txt', type: 'text/plain', size: 10, url: '/api/files/f1' }]],
  );
  assert.deepEqual([uploads.take().map(({ id }) => id), uploads.list], [['f1'], []]);
});

test('three are on their way at once, the next goes up when one is there or no longer wanted', () => {
  const { uploads, posts } = desk({ ...LIMITS, count: 9 });
  uploads.add(['1', '2', '3', '4', '5'].map((name) => file(name)));
  assert.deepEqual([posts.length, uploads.list.every(({ state }) => state === 'sending')], [3, true]);
  posts[1].done(422, null);
  assert.equal(posts.length, 4);
  uploads.remove(uploads.list[0].key);
  assert.equal(posts.length, 5);
  uploads.remove(uploads.list[3].key);
  assert.equal(posts.length, 5);
});

test('what is too large, empty or one too many is not sent at all, with the reason', () => {
  const { uploads, posts } = desk();
  uploads.add([file('large.txt', 1_001), file('empty.txt', 0), file('1.txt'), file('2.txt'), file('3.txt')]);
  assert.deepEqual(
    uploads.list.map(({ reason }) => reason),
    ['This file is larger than 1 KB.', 'This file is empty.', '', '', 'At most 2 files per message.'],
  );
  assert.equal(posts.length, 2);
});

test('one too many is sent once another is refused or removed', () => {
  const { uploads, posts } = desk();
  uploads.add([file('a.exe'), file('b.txt'), file('c.txt'), file('d.txt')]);
  const states = () => uploads.list.map(({ state, reason }) => reason || state);
  const tooMany = 'At most 2 files per message.';
  assert.deepEqual(states(), ['sending', 'sending', tooMany, tooMany]);
  posts[0].done(422, { detail: 'Programs are not taken.' });
  assert.deepEqual(states(), ['Programs are not taken.', 'sending', 'sending', tooMany]);
  uploads.remove(uploads.list[1].key);
  assert.deepEqual(states(), ['Programs are not taken.', 'sending', 'sending']);
  assert.equal(posts.length, 4);
});

test('a refusal of the desk is said in its words, a lost line may be tried again', () => {
  const { uploads, posts } = desk();
  uploads.add([file('a.exe'), file('b.txt')]);
  posts[0].done(422, { detail: 'Programs are not taken.' });
  posts[1].done(0, null);
  assert.deepEqual(
    uploads.list.map(({ state, reason, again }) => [state, reason, again]),
    [
      ['refused', 'Programs are not taken.', false],
      ['refused', 'No connection.', true],
    ],
  );
  uploads.retry(uploads.list[1].key);
  assert.deepEqual([posts.length, uploads.list[1].state], [3, 'sending']);
});

test('one that is removed is called back, and a late answer brings nothing', () => {
  const { uploads, posts, aborted } = desk();
  uploads.add([file('a.txt')]);
  uploads.remove(uploads.list[0].key);
  posts[0].done(201, { id: 'f1', name: 'a.txt', type: 'text/plain', size: 10 });
  assert.deepEqual([aborted(), uploads.list, uploads.files], [1, [], []]);
});

test('sizes and kinds are words', () => {
  assert.deepEqual([1, 412, 18_400, 2_400_000, 20_000_000].map(bytes), [
    '1 byte',
    '412 bytes',
    '18 KB',
    '2.4 MB',
    '20 MB',
  ]);
  assert.deepEqual(['image/svg+xml', 'application/pdf', 'application/vnd.ms-excel', ''].map(kindOf), [
    'SVG picture',
    'PDF',
    'Spreadsheet',
    'File',
  ]);
  assert.equal(limitsWords({ count: 10, size: 20_000_000, types: [] }), 'up to 10 files, 20 MB each');
});

test('a picture has an address in the page until it is sent or removed', async () => {
  const { uploads } = desk();
  const picture = (/** @type {string} */ name) => new File(['x'], name, { type: 'image/png' });
  uploads.add([picture('a.png'), file('b.txt')]);
  const [{ preview, key }, text] = uploads.list;
  assert.match(preview, /^blob:/);
  assert.equal(text.preview, '');
  uploads.remove(key);
  await assert.rejects(fetch(preview));
});

test('a file that only claims to be a picture is shown like any other', async () => {
  const { uploads } = desk();
  uploads.add([new File(['a list of orders'], 'orders.png', { type: 'image/png' })]);
  const [{ preview, key }] = uploads.list;
  uploads.unseen(key);
  const [{ preview: after, type, state }] = uploads.list;
  assert.deepEqual([after, type, state], ['', '', 'sending']);
  await assert.rejects(fetch(preview));
  uploads.unseen(99);
});
