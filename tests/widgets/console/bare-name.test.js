import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { EarlyNames } = await import('../../../widgets/console/static/bare-name.js');

/** @param {boolean} here the menu of canned replies is there @param {Promise<void>} [comes] and when it comes */
function page(here, comes = new Promise(() => {})) {
  Object.assign(globalThis, { customElements: { get: () => here || undefined, whenDefined: () => comes } });
  const drawn = /** @type {Array<string|null>} */ ([]);
  const names = new EarlyNames(() => drawn.push(names.asked));
  return { drawn, names };
}

test('a bare name before the menu is there is sent only on the second try', () => {
  const { drawn, names } = page(false);
  assert.deepEqual([names.asks('/etc/hosts holds it'), names.asks('Hello')], [false, false]);
  assert.equal(names.asks(' /hello '), true);
  assert.equal(names.asks('/bye'), true, 'another text');
  assert.equal(names.asked, '/bye');
  assert.equal(names.asks('/bye'), false);
  assert.equal(names.asked, null);
  assert.equal(drawn.length, 3);
});

test('what is written meanwhile ends the question', () => {
  const { drawn, names } = page(false);
  names.asks('/hello');
  names.forget();
  names.forget();
  assert.deepEqual([names.asked, drawn.length], [null, 2]);
});

test('the menu that comes ends the question', async () => {
  /** @type {() => void} */
  let come = () => {};
  const comes = /** @type {Promise<void>} */ (new Promise((done) => (come = done)));
  const { drawn, names } = page(false, comes);
  names.asks('/hello');
  come();
  await comes;
  assert.deepEqual([names.asked, drawn.length], [null, 2]);
});

test('nobody is asked once the menu is there', () => {
  assert.equal(page(true).names.asks('/hello'), false);
});
