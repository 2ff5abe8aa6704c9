import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { nextNow, previousNow } = await import('../../../widgets/console/static/next-ticket.js');
const { keepOrder, neighbours } = await import('../../../widgets/console/static/ticket-order.js');

/** A tab whose reader came from a list. @param {number[]} numbers @param {Record<string, object>} answers by path @param {() => object|undefined} [other] answers what these do not */
function tab(numbers, answers = {}, other = () => undefined) {
  const kept = new Map();
  const sessionStorage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
  };
  Object.defineProperty(globalThis, 'sessionStorage', { value: sessionStorage, configurable: true });
  keepOrder(numbers, 'status=open&sort=-number');
  /** @type {string[]} */
  const asked = [];
  /** @type {Set<AbortSignal|undefined>} */
  const signals = new Set();
  /** @type {typeof import('../../../widgets/shared/static/http.js').ask} */
  const ask = async (_method, path, { signal } = {}) => {
    asked.push(path);
    signals.add(signal);
    const answer = answers[path.split('?')[0]] ?? other();
    if (!answer) throw new Refused(503, {});
    return { data: answer, etag: null };
  };
  return {
    asked,
    kept,
    signals,
    next: (/** @type {number} */ number) => nextNow(number, ask),
    before: (/** @type {number} */ number) => previousNow(number, ask),
  };
}

const NUMBERS = '/api/tickets/numbers';
const listed = (/** @type {number[]} */ ...numbers) => ({ tickets: numbers.map((number) => ({ number })), next: null });

test('tickets that left the list are passed over with one request', async () => {
  const { asked, next } = tab([9, 8, 7, 6], { [NUMBERS]: { numbers: [6, 9], more: false } });
  assert.equal(await next(9), 6);
  assert.deepEqual(asked, [`${NUMBERS}?status=open`]);
});

test('of a list too long to be known whole, no ticket is passed over', async () => {
  const { asked, next, before } = tab([9, 8, 7, 6], { [NUMBERS]: { numbers: [9, 7], more: true } });
  assert.equal(await next(9), 8);
  assert.equal(await before(6), 7);
  assert.equal(await before(7), 8, 'a part of a long list says nothing about the rest');
  assert.deepEqual(asked, Array(3).fill(`${NUMBERS}?status=open`));
});

test('behind the last row the list goes on with what is new in it, and then it is over', async () => {
  const { next } = tab([9, 8], { '/api/tickets': listed(12, 11, 9) });
  assert.equal(await next(8), 12);
  assert.deepEqual(neighbours(12), { place: 3, of: 4, before: 8, after: 11 });
  assert.equal(await next(11), null);
});

test('further pages are asked for until there is something new', async () => {
  const pages = [{ ...listed(9, 8), next: 'b' }, listed(7)];
  const { asked, next, signals } = tab([9, 8], {}, () => pages.shift());
  assert.equal(await next(8), 7);
  assert.equal(signals.size, 1, 'all of them together have one deadline');
  assert.deepEqual(
    asked.map((path) => new URLSearchParams(path.split('?')[1]).get('cursor')),
    [null, 'b'],
  );
});

test('back, tickets that left the list are passed over too', async () => {
  const { asked, before } = tab([9, 8, 7], { [NUMBERS]: { numbers: [7, 9], more: false } });
  assert.equal(await before(7), 9);
  assert.equal(await before(9), null);
  assert.deepEqual(asked[0], `${NUMBERS}?status=open`);
});

test('without an answer the list counts as it was loaded', async () => {
  const { kept, next } = tab([9, 8]);
  assert.deepEqual([await next(9), await next(8)], [8, null]);
  kept.set('switchboard.tickets.order', '[9,8]');
  assert.equal(await next(9), 8);
});
