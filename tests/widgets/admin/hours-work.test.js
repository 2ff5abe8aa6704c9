import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';
import { until } from '../client/support/waiting.js';

const { HoursWork } = await import('../../../widgets/admin/static/hours-work.js');

/** @type {import('../../../widgets/admin/static/hours-changes.js').Change} */
const CLOSURE = { do: 'days', schedule: 'main', first: '2026-12-28', last: '2026-12-31', spans: [], name: 'Closure' };

/** A server with one version of the hours at a time. `held` holds previews back. Forecasts are never answered, and times elsewhere are not noted. */
/** @param {import("node:test").TestContext} t */
function atHours(t) {
  /** @type {{version: number, asked: string[], held: Promise<void>|null, waiting: boolean, chats: object[]}} */
  const server = { version: 1, asked: [], held: null, waiting: false, chats: [] };
  Object.assign(globalThis, { window: globalThis });
  t.mock.method(
    globalThis,
    'fetch',
    async (/** @type {string} */ path, /** @type {RequestInit} */ { method, headers, signal }) => {
      const wanted = new Headers(headers).get('If-Match');
      if (path.endsWith('/preview') && server.held) {
        server.waiting = true;
        await server.held;
      }
      if (path.endsWith('/clocks')) return Response.json({ zones: [], periods: [], teams: [] });
      if (path.endsWith('/waits'))
        return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      server.asked.push(`${method} ${path.split('/').at(-1)}`);
      if (method !== 'GET' && wanted !== `"${server.version}"`) {
        return Response.json({ code: 'conflict', detail: 'Somebody else saved.' }, { status: 412 });
      }
      if (method === 'PUT') server.version += 1;
      const body = method === 'PUT' ? { undo: [CLOSURE] } : { today: '2026-11-28', schedules: [], chats: server.chats };
      return Response.json(body, { headers: { ETag: `"${server.version}"` } });
    },
  );
  return server;
}

test('a save waits for the preview under way, which is of the version before it', async (t) => {
  const server = atHours(t);
  const work = new HoursWork();
  await work.start();
  let letGo = () => {};
  server.held = new Promise((resolve) => {
    letGo = resolve;
  });
  server.asked.length = 0;
  work.change(CLOSURE);
  await until(() => server.waiting);
  const saving = work.save();
  letGo();
  await saving;
  assert.deepEqual(server.asked, ['POST preview', 'POST preview', 'PUT hours', 'GET hours', 'POST preview']);
  assert.equal(work.othersSaved, false, 'nobody else has saved');
  assert.deepEqual(work.undo, [CLOSURE], 'the save can be taken back');
});

test('a save does not wait for the forecast, and ends it', async (t) => {
  const server = atHours(t);
  const work = new HoursWork();
  await work.start();
  work.change(CLOSURE);
  await until(() => work.forecast.busy);
  server.asked.length = 0;
  await work.save();
  assert.deepEqual(server.asked, ['POST preview', 'PUT hours', 'GET hours', 'POST preview']);
  assert.equal(work.forecast.busy, false, 'nothing is left to forecast');
});

test('a save that closes a team with people in its queue is asked about first, and its undo too', async (t) => {
  const server = atHours(t);
  const work = new HoursWork();
  await work.start();
  work.change(CLOSURE);
  await until(() => work.forecast.busy);
  const media = { team: 'media', name: 'Media', waiting: 2, held: 0, closes: true, drain_s: 900 };
  server.chats = [media, { ...media, team: 'prod', waiting: 0 }, { ...media, team: 'tech', closes: false }];
  server.asked.length = 0;
  await work.save();
  assert.deepEqual([server.asked, work.closing], [['POST preview'], [media]]);
  work.keepOpen();
  assert.deepEqual([work.closing, work.changes], [[], [CLOSURE]]);
  await work.save();
  await work.confirm();
  assert.deepEqual(server.asked.slice(2), ['PUT hours', 'GET hours', 'POST preview']);
  assert.deepEqual([work.closing, work.changes, work.undo], [[], [], [CLOSURE]]);
  await work.takeBackSave();
  assert.deepEqual([work.closing, work.undo], [[media], [CLOSURE]]);
  await work.confirm();
  assert.deepEqual(work.undo, []);
});
