import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

// What Lit, the words of the page and the names of keys need to be loaded.
const document = { createTreeWalker: () => ({}), getElementById: () => null };
Object.assign(globalThis, { HTMLElement: class {}, document });
Object.defineProperty(globalThis, 'navigator', { value: { platform: '' }, configurable: true });
const { keepOrder } = await import('../../../widgets/console/static/ticket-order.js');
const { step } = await import('../../../widgets/console/static/ticket-walk.js');

/** Steps on from ticket 9. @param {() => void} meanwhile while the desk is asked @param {1|-1} [by] */
async function walk(meanwhile, by = 1) {
  const kept = new Map();
  const sessionStorage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
  };
  Object.defineProperty(globalThis, 'sessionStorage', { value: sessionStorage, configurable: true });
  writes(false);
  keepOrder([9, 8], 'status=open');
  /** @type {string[]} */
  const gone = [];
  const work = Object.assign(new EventTarget(), {
    said: '',
    redraw: () => {},
    ask: async () => {
      meanwhile();
      return { data: { numbers: [9, 8], more: false }, etag: null };
    },
  });
  const place = /** @type {HTMLElement} */ (/** @type {unknown} */ ({ querySelector: () => null }));
  await step(place, 9, work, by, (address) => gone.push(address));
  return { gone, said: work.said };
}

/** @param {boolean} on the focus is in a text box */
const writes = (on) => Object.assign(globalThis, { document: { activeElement: { closest: () => (on ? {} : null) } } });

test('a step leads to the next ticket, and says where the list ends', async () => {
  assert.deepEqual(await walk(() => {}), { gone: ['/tickets/8'], said: '' });
  assert.deepEqual(await walk(() => {}, -1), { gone: [], said: 'This is the first one' });
});

test('a step that comes late does not take the page from somebody who writes', async () => {
  assert.deepEqual(await walk(() => writes(true)), { gone: [], said: '' });
});
