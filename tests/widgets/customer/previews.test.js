import assert from 'node:assert/strict';
import test from 'node:test';

/** @type {(seen: object[]) => void} */
let look = () => {};
const watched = new Set();
class Observer {
  /** @param {typeof look} seen */
  constructor(seen) {
    look = seen;
  }
  /** @param {unknown} image */
  observe(image) {
    watched.add(image);
  }
  /** @param {unknown} image */
  unobserve(image) {
    watched.delete(image);
  }
}
Object.assign(globalThis, { IntersectionObserver: Observer });
const { Previews } = await import('../../../widgets/customer/static/previews.js');

/** As much of an image as is needed. */
function image() {
  const it = {
    src: '',
    gone: false,
    remove: () => {
      it.gone = true;
    },
  };
  return /** @type {HTMLImageElement & {gone: boolean}} */ (/** @type {unknown} */ (it));
}
const FILE = { id: 'f1', name: 'Screen.png', type: 'image/png', size: 9, url: '/api/files/f1' };

test('a picture is fetched once somebody comes near it, and once', async () => {
  /** @type {string[]} */
  const asked = [];
  const previews = new Previews(async ({ id }) => {
    asked.push(id);
    return `/signed/${id}`;
  });
  const one = image();
  previews.show(one, FILE);
  look([{ isIntersecting: false, target: one }]);
  assert.deepEqual(asked, []);
  look([{ isIntersecting: true, target: one }]);
  previews.show(one, FILE);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([asked, one.src, watched.size], [['f1'], '/signed/f1', 0]);
});

test('a picture that is refused is a file like any other', async () => {
  const previews = new Previews(async () => null);
  const one = image();
  previews.show(one, FILE);
  look([{ isIntersecting: true, target: one }]);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([one.src, one.gone], ['', true]);
});
