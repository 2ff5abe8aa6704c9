import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import '../support/served.js';

const { Confirming } = await import('../../../widgets/customer/static/confirming.js');

/** A chat whose page around gave an identity, and what the page was told. */
function chatOf({ line = 'waiting', proof = /** @type {object|null} */ (null) } = {}) {
  /** @type {Record<string, (what?: object) => void>} */
  const heard = {};
  /** @type {Array<[string, object]>} */
  const told = [];
  /** @type {Array<string|null>} */
  const identified = [];
  const desk = {
    state: { line },
    customer: { identity: 'first', proof },
    on: (/** @type {string} */ name, /** @type {() => void} */ fn) => {
      heard[name] = fn;
    },
    identify: (/** @type {string|null} */ identity) => identified.push(identity),
  };
  const host = { framed: true, tell: (/** @type {string} */ name, fields = {}) => told.push([name, fields]) };
  const confirming = new Confirming(
    /** @type {ConstructorParameters<typeof Confirming>[0]} */ (
      /** @type {unknown} */ ({ desk, host, changed: () => {} })
    ),
  );
  const refuse = (fault = 'expired') =>
    heard.error({ code: 'unauthorized', message: `refused: ${fault}`, refusal: { fault } });
  return { confirming, desk, told, identified, refuse, heard };
}

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

test('a refused identity is asked for once more, and then the page and the customer are told', () => {
  const { confirming, told, refuse } = chatOf();
  refuse();
  assert.deepEqual([confirming.failed, told], [null, [['identify', {}]]]);
  mock.timers.tick(999);
  assert.equal(confirming.failed, 'expired');
  assert.deepEqual(told.slice(1), [['wrong', { what: 'refused: expired' }]]);
  refuse();
  assert.equal(told.length, 2, 'the same fault is told once');
});

test('a renewed identity that the desk accepts in time disturbs nobody', () => {
  const { confirming, told, refuse, heard } = chatOf();
  refuse();
  refuse();
  heard.hello();
  mock.timers.tick(5_000);
  assert.deepEqual([confirming.failed, told], [null, [['identify', {}]]]);
});

test('a renewed identity that is refused too is told at once, and not asked for again', () => {
  const { confirming, desk, told, refuse } = chatOf();
  refuse();
  desk.customer.identity = 'second';
  refuse('signature');
  assert.equal(confirming.failed, 'signature');
  refuse('signature');
  assert.deepEqual(
    told.map(([name]) => name),
    ['identify', 'wrong'],
  );
});

test('a refused renewal leaves a customer who is still proven alone, and tells the page', () => {
  const { confirming, told, refuse } = chatOf({ line: 'live', proof: {} });
  refuse('audience');
  mock.timers.tick(1_000);
  assert.equal(confirming.failed, null);
  assert.deepEqual(told.at(-1), ['wrong', { what: 'refused: audience' }]);
});

test('who goes on as a guest gives up the refused identity', () => {
  const { confirming, identified, refuse } = chatOf();
  refuse();
  mock.timers.tick(1_000);
  confirming.goOnAsGuest();
  assert.deepEqual([confirming.failed, identified], [null, [null]]);
});

test('other refusals are not about the identity', () => {
  const { confirming, told, heard } = chatOf();
  heard.error({ code: 'not_found', message: 'gone', refusal: {} });
  mock.timers.tick(1_000);
  assert.deepEqual([confirming.failed, told], [null, []]);
});
