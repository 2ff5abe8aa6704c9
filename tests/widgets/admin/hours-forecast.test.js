import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { HoursForecast } = await import('../../../widgets/admin/static/hours-forecast.js');

/** @type {import('../../../widgets/admin/static/hours-changes.js').Change} */
const CLOSURE = { do: 'days', schedule: 'main', first: '2026-12-28', last: '2026-12-31', spans: [], name: 'Closure' };
const FOUND = { opened: [], closed: [] };

/** @param {import("node:test").TestContext} t @param {(signal: AbortSignal) => Promise<Response>} answer */
function served(t, answer) {
  return t.mock.method(globalThis, 'fetch', (/** @type {string} */ _, /** @type {RequestInit} */ { signal }) =>
    answer(/** @type {AbortSignal} */ (signal)),
  );
}

test('a forecast is read once for the same changes of the same version', async (t) => {
  const asked = served(t, async () => Response.json(FOUND));
  const forecast = new HoursForecast(() => {});
  await forecast.read([CLOSURE], '"1"');
  await forecast.read([CLOSURE], '"1"');
  assert.deepEqual(forecast.found, FOUND);
  assert.equal(asked.mock.callCount(), 1);
  await forecast.read([CLOSURE], '"2"');
  assert.equal(asked.mock.callCount(), 2);
});

test('other changes end a forecast under way, and its answer is not shown', async (t) => {
  /** @type {AbortSignal[]} */
  const signals = [];
  served(t, (signal) => {
    signals.push(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const forecast = new HoursForecast(() => {});
  const first = forecast.read([CLOSURE], '"1"');
  assert.equal(forecast.busy, true);
  await Promise.all([forecast.read([], '"1"'), first]);
  assert.equal(signals[0]?.aborted, true);
  assert.deepEqual([forecast.busy, forecast.found, forecast.failure], [false, null, '']);
});

test('a refused forecast says why, and can be read again', async (t) => {
  let fails = true;
  served(t, async () =>
    fails ? Response.json({ code: 'unavailable', detail: 'Busy.' }, { status: 503 }) : Response.json(FOUND),
  );
  const forecast = new HoursForecast(() => {});
  await forecast.read([CLOSURE], '"1"');
  assert.deepEqual([forecast.busy, forecast.failure], [false, 'Busy.']);
  fails = false;
  await forecast.read([CLOSURE], '"1"');
  assert.deepEqual([forecast.found, forecast.failure], [FOUND, '']);
});
