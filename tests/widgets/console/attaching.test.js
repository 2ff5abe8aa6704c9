import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Attaching } = await import('../../../widgets/console/static/attaching.js');

/** @import { Told } from '../../../widgets/shared/static/uploads.js' */

function attaching() {
  /** @type {Told[]} */
  const posts = [];
  let drawn = 0;
  const attached = new Attaching({
    limits: () => ({ count: 3, size: 100, types: [] }),
    changed: () => {
      drawn += 1;
    },
    post: (_file, told) => {
      posts.push(told);
      return { abort: () => {} };
    },
  });
  return { attached, posts, drawn: () => drawn };
}

const file = (/** @type {string} */ name) => new File(['text'], name, { type: 'text/plain' });

test('files that are added before the rest is loaded are all there, and count as under way', async () => {
  const { attached, posts, drawn } = attaching();
  const added = [attached.add([file('a.txt')]), attached.add([file('b.txt')])];
  assert.deepEqual([attached.list, attached.busy], [[], true]);
  await Promise.all(added);
  assert.deepEqual(
    attached.list.map(({ name }) => name),
    ['a.txt', 'b.txt'],
  );
  assert.ok(drawn() > 0);
  for (const [at, { done }] of posts.entries()) done(201, { id: `f${at}`, name: 'a', type: 'text/plain', size: 4 });
  assert.equal(attached.busy, false);
  assert.deepEqual(
    attached.take().map(({ id }) => id),
    ['f0', 'f1'],
  );
  assert.deepEqual(attached.list, []);
});

test('a file that only claims to be a picture is a file like any other', async () => {
  const { attached } = attaching();
  await attached.add([new File(['text'], 'a.png', { type: 'image/png' })]);
  const [{ key, preview }] = attached.list;
  assert.match(preview, /^blob:/u);
  attached.unseen(key);
  assert.deepEqual([attached.list[0].preview, attached.list[0].type], ['', '']);
});
