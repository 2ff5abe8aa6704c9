import assert from 'node:assert/strict';
import test from 'node:test';
import { opened } from './support/connection_setup.js';
import { FakeSocket } from './support/fake_socket.js';
import { until } from './support/waiting.js';
import { pluck } from '../support/pluck.js';

/** ms until it tries again. @param {import('../../../widgets/shared/static/client/connection.js').Connection} line @param {import('./support/clock.js').FakeClock} clock */
const pause = (line, clock) => Math.max(0, (line.state.retryAt ?? 0) - clock.at);

test('after two sockets in a row that did not open it goes by requests, and where those fail too by sockets again', async () => {
  const { line, clock, web, heard } = opened();
  for (const [sockets, requests] of [
    [1, 0],
    [2, 0],
    [2, 1],
    [3, 1],
    [4, 1],
    [4, 2],
  ]) {
    await until(() => FakeSocket.opened.length === sockets && web.asked.length === requests);
    if (web.waiting.length) await web.cut('POST');
    else FakeSocket.last.hangUp(1006);
    await until(() => line.state.line === 'waiting');
    clock.pass(pause(line, clock));
  }
  assert.deepEqual(heard.lives, []);
});

test('a socket that opens and says nothing for ten seconds is no better than one that does not open', async () => {
  const { clock, web } = opened();
  for (const _ of [1, 2]) {
    FakeSocket.last.onopen?.();
    clock.pass(10_000);
    clock.pass(1_000);
  }
  assert.equal(FakeSocket.opened.length, 2);
  await until(() => web.asked.length === 1);
  assert.deepEqual(web.asked[0].body, {
    frames: [{ type: 'hello', id: web.asked[0].body.frames[0].id }],
    side: 'customer',
  });
});

for (const [what, reach] of /** @type {[string, () => void][]} */ ([
  [
    'was refused',
    () => {
      FakeSocket.last.onopen?.();
      FakeSocket.last.say({
        type: 'error',
        id: FakeSocket.last.sent[0].id,
        code: 'unauthorized',
        message: 'It has run out.',
      });
    },
  ],
  ['was closed by the desk', () => FakeSocket.last.hangUp(4102)],
  [
    'was live',
    () => {
      FakeSocket.last.greet();
      FakeSocket.last.hangUp(1006);
    },
  ],
])) {
  test(`a socket that ${what} has got through: it does not count`, () => {
    const { line, clock } = opened();
    for (const sockets of [2, 3, 4, 5]) {
      reach();
      clock.pass(pause(line, clock));
      assert.equal(FakeSocket.opened.length, sockets);
    }
  });
}

test('what worked last is tried first: two tries by requests, then a socket', async () => {
  const { line, clock, web, heard } = opened({ polled: true });
  await web.greet();
  await until(() => line.state.line === 'live');
  assert.equal(FakeSocket.opened.length, 0);
  await web.answer('GET', { frames: [], next: 1, close: { code: 4202 } });
  for (const _ of [1, 2]) {
    await web.cut('POST');
    await until(() => line.state.line === 'waiting');
    assert.equal(FakeSocket.opened.length, 0);
    clock.pass(pause(line, clock));
  }
  FakeSocket.last.greet();
  assert.equal(heard.lives.length, 2);
  FakeSocket.last.hangUp(1006);
  clock.pass(pause(line, clock));
  assert.equal(FakeSocket.opened.length, 2, 'and then by what worked');
});

test('it moves to a WebSocket that gets through by now, without a moment of no line', async () => {
  const { line, clock, web, heard, kept } = opened({ polled: true });
  await web.greet();
  await until(() => line.state.line === 'live');
  const { since } = line.state;
  const said = heard.states.length;
  clock.pass(5_000);
  FakeSocket.last.greet();
  assert.deepEqual(
    [heard.lives.length, heard.downs, heard.states.slice(said), line.state.since],
    [2, [1006], ['live'], since],
  );
  assert.equal(kept.get('polled'), null);
  const { body } = await web.next('POST');
  assert.deepEqual(body, { frames: [], close: true }, 'the desk is told that the other one is not needed');
  line.send({ type: 'typing', chat: 'c', on: true });
  FakeSocket.last.say({ type: 'queues', queues: [] });
  assert.equal(FakeSocket.last.sent.at(-1)?.type, 'typing');
  assert.deepEqual(pluck(heard.frames, 'type'), ['queues']);
  clock.pass(10_000);
  assert.equal(FakeSocket.last.sent.at(-1)?.type, 'ping', 'it is looked after like any other');
});

test('answers without frames are signs of life: nobody pings where they come every eight seconds', async () => {
  const { line, clock, web } = opened({ polled: true });
  await web.greet();
  await until(() => line.state.line === 'live');
  for (let held = 0; held < 5; held += 1) {
    await web.next('GET');
    clock.pass(8_000);
    if (FakeSocket.opened.length === 1) FakeSocket.last.hangUp(1006);
    await web.answer('GET', { frames: [], next: 1 });
  }
  await web.next('GET');
  assert.equal(web.asked.filter(({ method }) => method === 'POST').length, 1);
  clock.pass(10_000);
  assert.equal((await web.next('POST')).body.frames[0].type, 'ping');
  clock.pass(10_000);
  assert.equal(line.state.line, 'waiting');
});
