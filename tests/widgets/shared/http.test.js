import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Refused, ask, final } from '../../../widgets/shared/static/http.js';

const fetched = globalThis.fetch;
/** @type {() => Promise<Response>} */
let answer;

before(() => {
  globalThis.fetch = () => answer();
});
after(() => {
  globalThis.fetch = fetched;
});

const broken = () =>
  new Response(new ReadableStream({ start: (body) => body.error(new TypeError('Failed to fetch')) }), {
    headers: { ETag: '"1"' },
  });

test('a line that is cut before the answer, or in the middle of it, is a refusal like any other', async () => {
  for (const cut of [() => Promise.reject(new TypeError('Failed to fetch')), async () => broken()]) {
    answer = cut;
    await assert.rejects(
      ask('GET', '/api/tickets'),
      (fault) => fault instanceof Refused && fault.status === 0 && fault.code === 'unavailable' && !final(fault.status),
    );
  }
});

test('whoever does not want the answer any more is told that, and of no line', async () => {
  const gone = new AbortController();
  gone.abort();
  for (const cut of [() => Promise.reject(gone.signal.reason), async () => broken()]) {
    answer = cut;
    await assert.rejects(ask('GET', '/api/tickets', { signal: gone.signal }), (fault) => !(fault instanceof Refused));
  }
});

test('an answer that is no JSON is none, with its status', async () => {
  answer = async () => new Response('<h1>Bad gateway</h1>', { status: 502 });
  await assert.rejects(
    ask('POST', '/api/tickets', { body: {} }),
    (fault) => fault instanceof Refused && fault.status === 502 && !final(502),
  );
  answer = async () => new Response('', { status: 200, headers: { ETag: '"7"' } });
  assert.deepEqual(await ask('GET', '/api/tickets/7'), { data: null, etag: '"7"' });
});

test('a read that a busy desk refuses is asked once more when it says; a search and a change are not', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  const busy = async () => {
    asked += 1;
    return Response.json({ code: 'unavailable' }, { status: 503, headers: { 'Retry-After': '1' } });
  };
  /** @param {string} method @param {string} path */
  const refused = async (method, path) => {
    asked = 0;
    answer = busy;
    const answered = assert.rejects(ask(method, path), (fault) => fault instanceof Refused && fault.status === 503);
    await new Promise((done) => setImmediate(done));
    t.mock.timers.tick(1000);
    await answered;
    return asked;
  };
  assert.deepEqual(
    [
      await refused('GET', '/api/tickets/7/letters'),
      await refused('GET', '/api/tickets?q=dates'),
      await refused('POST', '/api/tickets'),
    ],
    [2, 1, 1],
  );
  const read = ask('GET', '/api/tickets/7/letters');
  await new Promise((done) => setImmediate(done));
  answer = async () => Response.json({ letters: [] });
  t.mock.timers.tick(1000);
  assert.deepEqual((await read).data, { letters: [] });
});
