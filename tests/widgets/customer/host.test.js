import assert from 'node:assert/strict';
import test from 'node:test';
import { Host, address } from '../../../widgets/customer/static/host.js';

const PAGE = 'https://planner.example';

/** A frame and the page around it. @param {string} search */
function framed(search) {
  /** @type {any[]} */
  const posted = [];
  const parent = {
    postMessage: (/** @type {any} */ data, /** @type {string} */ origin) => posted.push([data, origin]),
  };
  /** @type {(event: object) => void} */
  let listener = () => {};
  const window = {
    location: { search },
    parent,
    addEventListener: (/** @type {string} */ _type, /** @type {(event: object) => void} */ fn) => {
      listener = fn;
    },
  };
  const host = new Host(/** @type {any} */ (window));
  const say = (/** @type {any} */ data, { source = /** @type {any} */ (parent), origin = PAGE } = {}) =>
    listener({ data, source, origin });
  return { host, posted, say };
}

test('the frame speaks to the page that made it, by its origin', () => {
  const { host, posted } = framed(`?host=${encodeURIComponent(PAGE)}`);
  host.tell('news', { unread: 2 });
  assert.deepEqual(posted, [[{ switchboard: 'news', unread: 2 }, PAGE]]);
});

test('nobody else is listened to', () => {
  const { host, say } = framed(`?host=${encodeURIComponent(PAGE)}`);
  let heard = 0;
  host.on('open', () => {
    heard += 1;
  });
  say({ switchboard: 'open' }, { origin: 'https://evil.example' });
  say({ switchboard: 'open' }, { source: {} });
  say(null);
  say('open');
  assert.equal(heard, 0);
  say({ switchboard: 'open' });
  assert.equal(heard, 1);
});

test('without a page around it the frame stands alone', async () => {
  const { host, posted } = framed('');
  assert.equal(host.framed, false);
  assert.deepEqual(await host.page(), {});
  assert.deepEqual(posted, []);
});

test('the page says where it is, and no more than that is kept', async () => {
  const { host, say } = framed(`?host=${encodeURIComponent(PAGE)}`);
  const asked = host.page();
  say({ switchboard: 'page', page: `${PAGE}/orders?secret=1#x`, referrer: 'javascript:alert(1)' });
  assert.deepEqual(await asked, { page: `${PAGE}/orders`, referrer: undefined });
});

test('an address is of the web, or none', () => {
  assert.deepEqual(
    [address('https://a.example/b?c#d'), address('ftp://a.example/'), address('nonsense'), address(7)],
    ['https://a.example/b', undefined, undefined, undefined],
  );
});
