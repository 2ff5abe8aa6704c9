import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { FIRST_LOOK_MS, LOOK_MS, PollingSocket } from '../../../widgets/shared/static/client/polling-socket.js';
import { Kept } from '../../../widgets/shared/static/client/storage.js';
import { FakeClock } from './support/clock.js';
import { FakeSocket } from './support/fake_socket.js';
import { FakeWeb } from './support/fake_web.js';
import { until } from './support/waiting.js';

/** @typedef {import('../../../widgets/shared/static/client/types.js').Env} Env */
/** @typedef {import('../../../widgets/shared/static/client/types.js').Frame} Frame */

beforeEach(() => {
  FakeSocket.opened = [];
});

/** One that has said hello. @param {{role?: string, denied?: boolean}} [options] */
function opened({ role = 'customer', denied = false } = {}) {
  const clock = new FakeClock();
  const web = new FakeWeb();
  /** @type {{datas: string[], codes: number[], moves: Frame[], late: string[]}} `late`: on the WebSocket that was moved to */
  const heard = { datas: [], codes: [], moves: [], late: [] };
  const { now, setTimeout, clearTimeout } = clock;
  const env = /** @type {Env} */ (
    /** @type {unknown} */ ({ fetch: web.fetch, now, setTimeout, clearTimeout, random: () => 0.5, online: () => true })
  );
  const kept = new Kept('', null);
  const dial = () => {
    if (denied) throw new DOMException('Denied.', 'SecurityError');
    return new FakeSocket('', []);
  };
  const greeting = () => ({ type: 'hello', id: 'look', token: 'kept' });
  const polled = new PollingSocket(env, `wss://desk/ws/${role}`, kept, dial, greeting, (socket, ok) => {
    heard.moves.push(ok);
    socket.onmessage = ({ data }) => heard.late.push(data);
  });
  polled.onopen = () => polled.send('{"type":"hello","id":"h"}');
  polled.onmessage = ({ data }) => heard.datas.push(data);
  polled.onclose = ({ code }) => heard.codes.push(code);
  return { polled, clock, web, heard, kept };
}

/** One whose line is open. @param {Parameters<typeof opened>[0]} [options] */
async function live(options) {
  const one = opened(options);
  await one.web.answer('POST', { line: 'secret' });
  await one.web.next('GET');
  return one;
}

/** Whatever is due by now has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

// -- requests ------------------------------------------------------------------------------

test('hello opens a line of its side; from then on each request names it, and asks after what has come', async () => {
  const { polled, web, heard } = opened({ role: 'staff' });
  await web.answer('POST', { line: 'secret' });
  await web.answer('GET', {
    frames: [
      { type: 'ok', id: 'h' },
      { type: 'queues', queues: [] },
    ],
    next: 2,
  });
  polled.send('{"type":"ping","id":"p"}');
  await web.answer('POST', { line: 'secret' });
  await web.answer('GET', { frames: [], next: 2 });
  await web.next('GET');
  assert.deepEqual(
    web.asked.map(({ method, url, line, body }) => [method, url, line, body]),
    [
      ['POST', 'https://desk/api/wire', undefined, { frames: [{ type: 'hello', id: 'h' }], side: 'staff' }],
      ['GET', 'https://desk/api/wire?after=0', 'secret', { frames: [] }],
      ['POST', 'https://desk/api/wire', 'secret', { frames: [{ type: 'ping', id: 'p' }] }],
      ['GET', 'https://desk/api/wire?after=2', 'secret', { frames: [] }],
      ['GET', 'https://desk/api/wire?after=2', 'secret', { frames: [] }],
    ],
  );
  assert.deepEqual(
    heard.datas,
    ['{"type":"ok","id":"h"}', '{"type":"queues","queues":[]}', ''],
    'an answer with nothing is a sign of life',
  );
});

test('requests to send go one after the other; what is written meanwhile goes along with the next, as much as one takes', async () => {
  const { polled, web } = await live();
  for (let number = 0; number < 250; number += 1) polled.send(`{"type":"typing","number":${number}}`);
  for (const text of ['a'.repeat(40_000), 'b'.repeat(40_000), 'c'.repeat(90_000)])
    polled.send(JSON.stringify({ type: 'message.send', text }));
  for (const frames of [1, 100, 100, 50, 1, 1]) {
    assert.equal((await web.next('POST')).body.frames.length, frames);
    assert.equal(web.waiting.filter(({ method }) => method === 'POST').length, 1);
    await web.answer('POST', { line: 'secret' });
  }
  const sent = web.asked
    .slice(2)
    .flatMap(({ body }) => body.frames)
    .map(({ number }) => number)
    .slice(0, 250);
  assert.deepEqual(
    sent,
    Array.from({ length: 250 }, (_, number) => number),
  );
});

for (const [what, lose] of /** @type {[string, (web: FakeWeb) => Promise<void>][]} */ ([
  ['is lost', (web) => web.cut('GET')],
  ['is a proxy’s own', (web) => web.answer('GET', '<h1>Bad Gateway</h1>', { status: 502 })],
  ['is a fault of the desk', (web) => web.answer('GET', { code: 'unavailable' }, { status: 503 })],
])) {
  test(`where an answer ${what}, the same is asked once more, and then the line is cut`, async () => {
    const { web, clock, heard } = await live();
    await lose(web);
    await settled();
    assert.equal(web.waiting.length, 0);
    clock.pass(1_000);
    await web.answer('GET', { frames: [{ type: 'ok', id: 'h' }], next: 1 });
    await lose(web);
    await settled();
    clock.pass(1_000);
    assert.equal((await web.next('GET')).after, '1');
    assert.deepEqual(heard.codes, []);
    await lose(web);
    await until(() => heard.codes.length);
    assert.deepEqual(heard.codes, [1006]);
    assert.equal(clock.timers, 0);
  });

  test(`where an answer to what was sent ${what}, its fate is open: the line is cut`, async () => {
    const { polled, web, heard } = await live();
    polled.send('{"type":"ping","id":"p"}');
    await (what === 'is lost' ? web.cut('POST') : web.answer('POST', 'no', { status: 502 }));
    await until(() => heard.codes.length);
    assert.deepEqual(heard.codes, [1006]);
    assert.equal(web.waiting.length, 0);
  });
}

test('a line that the desk does not know any longer is cut', async () => {
  const { web, heard } = await live();
  await web.answer('GET', { code: 'not_found' }, { status: 404 });
  await until(() => heard.codes.length);
  assert.deepEqual(heard.codes, [1006]);
});

for (const [problem, status, code] of /** @type {[string, number, number][]} */ ([
  ['unauthorized', 401, 4001],
  ['forbidden', 403, 4003],
  ['unavailable', 503, 1006],
])) {
  test(`who is not let in, as ${problem}, reads it as ${code}`, async () => {
    const { web, heard } = opened();
    await web.answer('POST', { code: problem }, { status });
    await until(() => heard.codes.length);
    assert.deepEqual(heard.codes, [code]);
  });
}

test('somebody between who forbids it is not the desk', async () => {
  const { web, heard } = opened();
  await web.answer('POST', '<h1>Forbidden</h1>', { status: 403 });
  await until(() => heard.codes.length);
  assert.deepEqual(heard.codes, [1006]);
});

test('what is over a limit was not taken: it goes again after the time that the desk says', async () => {
  const { polled, web, clock, heard } = await live();
  polled.send('{"type":"ping","id":"p"}');
  await web.answer('POST', { code: 'rate_limited' }, { status: 429, after: '3' });
  await web.answer('GET', { code: 'rate_limited' }, { status: 429, after: '2' });
  await settled();
  clock.pass(1_999);
  assert.equal(web.waiting.length, 0);
  clock.pass(1);
  assert.equal((await web.next('GET')).after, '0');
  clock.pass(1_000);
  assert.deepEqual((await web.next('POST')).body, { frames: [{ type: 'ping', id: 'p' }] });
  assert.deepEqual(heard.codes, []);
});

for (const [whose, problem, status, told] of /** @type {[string, object|string, number, string[]][]} */ ([
  [
    'too large for the desk',
    { code: 'too_large', detail: 'A frame is larger than 128 KiB.' },
    413,
    ['too_large', 'A frame is larger than 128 KiB.'],
  ],
  ['too large for a proxy', '<h1>Request Entity Too Large</h1>', 413, ['too_large', 'This can’t be sent.']],
  ['nothing to a proxy', '<h1>Bad Request</h1>', 400, ['bad_frame', 'This can’t be sent.']],
  ['wrong', { code: 'invalid', detail: 'frames: …' }, 422, ['invalid', 'frames: …']],
])) {
  test(`a frame that is ${whose} is refused here, once; those before and behind it go, and the line stays`, async () => {
    const { polled, web, heard } = await live();
    polled.send('{"type":"ping","id":"p"}');
    for (const id of ['before', 'bad', 'behind', 'last']) polled.send(JSON.stringify({ type: 'message.send', id }));
    polled.send('{"type":"typing"}');
    /** @type {string[]} */
    const taken = [];
    for (;;) {
      const ids = (await web.next('POST')).body.frames.map(({ id, type }) => id ?? type);
      if (ids.includes('bad')) {
        await web.answer('POST', problem, { status });
      } else {
        await web.answer('POST', { line: 'secret' });
        taken.push(...ids);
      }
      if (ids.includes('typing') && !ids.includes('bad')) break;
    }
    assert.deepEqual(taken, ['p', 'before', 'behind', 'last', 'typing']);
    const [code, message] = told;
    assert.deepEqual(
      heard.datas.map((data) => JSON.parse(data)),
      [{ type: 'error', id: 'bad', code, message }],
    );
    assert.deepEqual(heard.codes, []);
  });
}

test('a frame without an id that is refused is let go of without a word', async () => {
  const { polled, web, heard } = await live();
  polled.send('{"type":"typing"}');
  await web.answer('POST', { code: 'bad_frame' }, { status: 400 });
  polled.send('{"type":"ping","id":"p"}');
  assert.deepEqual((await web.next('POST')).body.frames, [{ type: 'ping', id: 'p' }]);
  assert.deepEqual([heard.datas, heard.codes], [[], []]);
});

test('a hello that is refused opens no line: it is cut, as when nobody answers', async () => {
  const { web, heard } = opened();
  await web.answer('POST', '<h1>Bad Request</h1>', { status: 400 });
  await until(() => heard.codes.length);
  assert.deepEqual([heard.datas, heard.codes], [[], [1006]]);
});

test('the desk’s close comes after what it said before, with its code', async () => {
  const { polled, web, heard } = await live();
  await web.answer('GET', {
    frames: [{ type: 'bye', reason: 'shutdown' }],
    next: 1,
    close: { code: 4202, reason: 'shutting down' },
  });
  await until(() => heard.codes.length);
  assert.deepEqual([heard.datas, heard.codes], [['{"type":"bye","reason":"shutdown"}'], [4202]]);
  polled.close();
  await settled();
  assert.equal(web.waiting.length, 0, 'nobody needs to be told');
});

test('who leaves tells the desk, even as the page goes, and hears nothing more', async () => {
  const { polled, web, clock, heard } = await live();
  polled.onmessage = ({ data }) => {
    heard.datas.push(data);
    polled.close();
  };
  await web.answer('GET', { frames: [{ type: 'first' }, { type: 'second' }], next: 2 });
  await settled();
  assert.deepEqual(heard.datas, ['{"type":"first"}']);
  const [{ body, keepalive, line }] = web.waiting;
  assert.deepEqual([body, keepalive, line, web.waiting.length], [{ frames: [], close: true }, true, 'secret', 1]);
  assert.equal(clock.timers, 0);
  await web.cut('POST');
  await settled();
  assert.deepEqual(heard.codes, []);
});

// -- back to a WebSocket -------------------------------------------------------------------

test('after five seconds a WebSocket is tried; one that answers hello is moved to, and the next page begins with one', async () => {
  const { web, clock, heard, kept } = await live();
  await web.answer('GET', { frames: [], next: 0 });
  await until(() => kept.get('polled'));
  clock.pass(FIRST_LOOK_MS - 1);
  assert.equal(FakeSocket.opened.length, 0);
  clock.pass(1);
  FakeSocket.last.onopen?.();
  assert.deepEqual(FakeSocket.last.sent, [{ type: 'hello', id: 'look', token: 'kept' }]);
  FakeSocket.last.say({ type: 'ok', id: 'look' });
  assert.deepEqual([heard.moves, heard.late, kept.get('polled')], [[{ type: 'ok', id: 'look' }], [''], null]);
});

test('it is not moved to before what is under way is taken', async () => {
  const { polled, web, clock, heard } = await live();
  clock.pass(FIRST_LOOK_MS);
  polled.send('{"type":"ping","id":"p"}');
  FakeSocket.last.onopen?.();
  FakeSocket.last.say({ type: 'ok', id: 'look' });
  FakeSocket.last.say({ type: 'queues' });
  clock.pass(60_000);
  assert.deepEqual(heard.moves, []);
  await web.answer('POST', { line: 'secret' });
  await until(() => heard.moves.length);
  assert.deepEqual([heard.moves, heard.late], [[{ type: 'ok', id: 'look' }], ['', '{"type":"queues"}']]);
});

for (const [what, fail] of /** @type {[string, (clock: FakeClock) => void][]} */ ([
  ['does not open', () => FakeSocket.last.hangUp(1006)],
  [
    'opens and says nothing',
    (clock) => {
      FakeSocket.last.onopen?.();
      clock.pass(10_000);
    },
  ],
  [
    'refuses hello',
    () => {
      FakeSocket.last.onopen?.();
      FakeSocket.last.say({ type: 'error', id: 'look', code: 'unauthorized' });
    },
  ],
  ['says what is no frame', () => FakeSocket.last.onmessage?.({ data: 'HTTP/1.1 400' })],
])) {
  test(`a WebSocket that ${what} is let go of, and tried again after ten minutes`, async () => {
    const { clock, heard } = await live();
    clock.pass(FIRST_LOOK_MS);
    for (const tries of [1, 2, 3]) {
      assert.equal(FakeSocket.opened.length, tries);
      fail(clock);
      assert.ok(FakeSocket.last.closed);
      clock.pass(LOOK_MS - 1);
      assert.equal(FakeSocket.opened.length, tries);
      clock.pass(1);
    }
    assert.deepEqual([heard.moves, heard.codes], [[], []]);
  });
}

test('one that is lost while what is under way is waited for is not moved to', async () => {
  const { polled, web, clock, heard } = await live();
  clock.pass(FIRST_LOOK_MS);
  polled.send('{"type":"ping","id":"p"}');
  FakeSocket.last.onopen?.();
  FakeSocket.last.say({ type: 'ok', id: 'look' });
  FakeSocket.last.hangUp(1006);
  await web.answer('POST', { line: 'secret' });
  await settled();
  assert.deepEqual(heard.moves, []);
  clock.pass(LOOK_MS);
  assert.equal(FakeSocket.opened.length, 2);
});

test('where a page may open no WebSocket, the look fails like any other', async () => {
  const { clock, heard } = await live({ denied: true });
  clock.pass(FIRST_LOOK_MS + LOOK_MS);
  assert.deepEqual(heard.codes, []);
});

test('a line that ends lets go of the WebSocket that is tried', async () => {
  const { polled, clock } = await live();
  clock.pass(FIRST_LOOK_MS);
  polled.close();
  assert.ok(FakeSocket.last.closed);
  assert.equal(clock.timers, 0);
});
