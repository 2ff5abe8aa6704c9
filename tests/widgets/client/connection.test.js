import assert from 'node:assert/strict';
import test from 'node:test';
import { BACKOFF_MAX_MS, PING_MS, SILENCE_MS, backoff } from '../../../widgets/shared/static/client/connection.js';
import { lasts, live, opened } from './support/connection_setup.js';
import { FakeSocket } from './support/fake_socket.js';
import { pluck } from '../support/pluck.js';

test('it speaks switchboard.v1, says hello first, and is live once that is answered', () => {
  const { line, heard } = opened({ hello: () => ({ page: 'https://host/', name: undefined, email: null }) });
  assert.deepEqual(FakeSocket.last.protocols, ['switchboard.v1']);
  assert.equal(line.send({ type: 'typing', chat: 'c', on: true }), false, 'nothing goes before hello');
  FakeSocket.last.greet({ visitor: 'v' });
  const [{ id, ...hello }] = FakeSocket.last.sent;
  assert.deepEqual(hello, { type: 'hello', page: 'https://host/' });
  assert.ok(id.length >= 1 && id.length <= 64);
  assert.equal(line.state.line, 'live');
  assert.equal(heard.lives[0].visitor, 'v');
  assert.deepEqual(heard.states, ['connecting', 'live']);
});

test('pauses are full jitter: anything from nothing to a bound that doubles from half a second to thirty', () => {
  const bounds = Array.from({ length: 12 }, (_, attempt) => backoff(attempt, 1));
  assert.deepEqual(bounds, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
  for (const attempt of bounds.keys()) assert.equal(backoff(attempt, 0), 0);
  assert.equal(backoff(5_000, 0.5), BACKOFF_MAX_MS / 2);
});

test('it tries again after each pause, and a good connection makes the pauses short again', () => {
  const { line, clock } = opened();
  for (const pause of [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
    FakeSocket.last.hangUp(4103);
    assert.equal(line.state.line, 'waiting');
    assert.equal(line.state.retryAt, clock.at + pause);
    const before = FakeSocket.opened.length;
    clock.pass(pause - 1);
    assert.equal(FakeSocket.opened.length, before);
    clock.pass(1);
    assert.equal(FakeSocket.opened.length, before + 1);
    assert.equal(line.state.line, 'connecting');
  }
  lasts(clock);
  FakeSocket.last.hangUp(1006);
  assert.equal(line.state.retryAt, clock.at + 250);
});

test('a server that greets and hangs up at once is not hammered', () => {
  const { line, clock } = opened();
  for (const pause of [0, 500, 1_000, 2_000]) {
    FakeSocket.last.greet();
    FakeSocket.last.hangUp(4202);
    if (pause) assert.equal(line.state.retryAt, clock.at + pause);
    clock.pass(pause);
  }
});

for (const code of [4001, 4003, 4004, 4010]) {
  test(`after ${code} it stops, until it is started again`, () => {
    const { line, clock, heard } = live();
    const sockets = FakeSocket.opened.length;
    FakeSocket.last.hangUp(code);
    assert.deepEqual([line.state.line, line.state.code, line.state.retryAt], ['stopped', code, null]);
    line.nudge();
    clock.pass(3_600_000);
    assert.equal(FakeSocket.opened.length, sockets);
    assert.deepEqual(heard.downs, [code]);
    line.start();
    assert.equal(FakeSocket.opened.length, sockets + 1);
  });
}

test('after a reason of the desk it comes back at once, after any other loss it backs off', () => {
  for (const code of [4201, 4202, 4203, 4204]) {
    const { line } = live();
    FakeSocket.last.hangUp(code);
    assert.deepEqual([line.state.line, line.state.code], ['connecting', code]);
  }
  for (const code of [4101, 4102, 4103, 1002, 1003, 1006, 1007, 1009, 1011, 1012]) {
    const { line, clock } = live();
    FakeSocket.last.hangUp(code);
    assert.deepEqual([line.state.line, line.state.retryAt], ['waiting', clock.at + 250], String(code));
  }
});

test('the pause that a bye asks for is kept to, counted from the close, and no nudge cuts it short', () => {
  const { line, clock, heard } = live();
  FakeSocket.last.say({ type: 'bye', reason: 'shutdown', retry_after_s: 3 });
  assert.equal(line.state.line, 'live');
  assert.equal(heard.frames.at(-1).type, 'bye');
  clock.pass(2_000);
  const sockets = FakeSocket.opened.length;
  FakeSocket.last.hangUp(4202);
  assert.equal(line.state.retryAt, clock.at + 3_000);
  line.nudge();
  clock.pass(2_999);
  assert.equal(FakeSocket.opened.length, sockets);
  clock.pass(1);
  assert.equal(FakeSocket.opened.length, sockets + 1);
});

test('a nudge ends the wait at once', () => {
  const { line } = opened({ random: () => 0.999 });
  for (const sockets of [2, 3, 4]) {
    FakeSocket.last.hangUp(4103);
    line.nudge();
    assert.equal(FakeSocket.opened.length, sockets);
    assert.equal(line.state.line, 'connecting');
  }
});

test('after ten seconds of silence it pings, and without an answer the line is given up within 25 s of the last sign of life', () => {
  assert.ok(SILENCE_MS + PING_MS <= 25_000);
  const { line, clock, heard } = opened();
  FakeSocket.last.greet();
  const dead = FakeSocket.last;
  clock.pass(9_999);
  assert.deepEqual(pluck(dead.sent, 'type'), ['hello']);
  clock.pass(1);
  assert.deepEqual(pluck(dead.sent, 'type'), ['hello', 'ping']);
  clock.pass(10_000);
  assert.deepEqual(heard.downs, [1006]);
  assert.equal(line.state.line, 'waiting');
  assert.ok(dead.closed);
  clock.pass(250);
  assert.equal(FakeSocket.opened.length, 2);
  dead.say({ type: 'message', chat: 'c', seq: 1, prev: 0 });
  assert.deepEqual(heard.frames, [], 'what a given-up socket still says is not heard');
});

test('any frame is a sign of life, and an answered ping is nobody’s news', () => {
  const { line, clock, heard } = opened();
  FakeSocket.last.greet();
  clock.pass(15_000);
  FakeSocket.last.say({ type: 'queues', queues: [] });
  clock.pass(9_999);
  const pings = () => FakeSocket.last.sent.filter(({ type }) => type === 'ping');
  assert.equal(pings().length, 1);
  clock.pass(1);
  assert.equal(pings().length, 2);
  FakeSocket.last.say({ type: 'ok', id: pings()[1].id, at: 'now' });
  clock.pass(9_999);
  assert.equal(line.state.line, 'live');
  assert.deepEqual(pluck(heard.frames, 'type'), ['queues']);
  assert.notEqual(pings()[0].id, pings()[1].id);
});

test('a nudge does not trust a line that only seems alive: it is probed, for five seconds', () => {
  const { line, clock } = opened();
  FakeSocket.last.greet();
  clock.pass(4_000);
  line.nudge();
  assert.equal(FakeSocket.last.sent.at(-1)?.type, 'ping');
  clock.pass(4_999);
  assert.equal(line.state.line, 'live');
  clock.pass(1);
  assert.equal(line.state.line, 'waiting');
});

test('where the browser says that the network is gone, a line that may yet stand is doubted at once, and given up when its probe fails', () => {
  let online = true;
  const { line, clock, heard } = opened({ online: () => online });
  FakeSocket.last.greet();
  clock.pass(1_000);
  line.nudge();
  assert.equal(line.state.doubted, false, 'a page that is looked at says nothing against the network');
  FakeSocket.last.say({ type: 'queues', queues: [] });
  online = false;
  line.nudge();
  assert.equal(FakeSocket.last.sent.at(-1)?.type, 'ping', 'also of what was heard in this very moment');
  assert.deepEqual([line.state.line, line.state.doubted, heard.downs], ['live', true, []]);
  clock.pass(4_999);
  assert.equal(line.state.line, 'live');
  clock.pass(1);
  assert.deepEqual([line.state.line, line.state.doubted], ['waiting', false]);
});

test('a doubted line on which something comes is one like any other', () => {
  const { line, clock, heard } = opened({ online: () => false });
  FakeSocket.last.greet();
  const { since } = line.state;
  clock.pass(1_000);
  line.nudge();
  FakeSocket.last.say({ type: 'queues', queues: [] });
  assert.deepEqual([line.state.doubted, line.state.since], [false, since]);
  clock.pass(9_000);
  assert.deepEqual([line.state.line, heard.downs], ['live', []]);
});

for (const [network, pause] of /** @type {const} */ ([
  ['gone', 250],
  ['there', 4_000],
])) {
  test(`a young line that is lost with the network ${network} ${network === 'gone' ? 'begins with short pauses' : 'does not make the pauses short'}`, () => {
    let online = true;
    const { line, clock } = opened({ online: () => online });
    for (let loss = 0; loss < 4; loss += 1) {
      FakeSocket.last.hangUp(4103);
      clock.pass((line.state.retryAt ?? 0) - clock.at);
    }
    FakeSocket.last.greet();
    clock.pass(1_000);
    online = network === 'there';
    line.nudge();
    clock.pass(5_000);
    assert.equal((line.state.retryAt ?? 0) - clock.at, pause);
  });
}

test('while there is no network the pauses stay short, and grow once there is one that does not lead to the desk', () => {
  let online = false;
  const { line, clock } = opened({ online: () => online });
  const pauses = () =>
    Array.from({ length: 6 }, () => {
      FakeSocket.last.hangUp(4103);
      const pause = (line.state.retryAt ?? 0) - clock.at;
      clock.pass(pause);
      return pause;
    });
  assert.deepEqual(pauses(), [250, 500, 1_000, 2_000, 2_000, 2_000]);
  online = true;
  assert.deepEqual(pauses(), [4_000, 8_000, 15_000, 15_000, 15_000, 15_000]);
});

test('a socket that neither opens nor fails is given up', () => {
  const { line, clock } = opened();
  clock.pass(9_999);
  assert.equal(line.state.line, 'connecting');
  clock.pass(1);
  assert.equal(line.state.line, 'waiting');
  assert.ok(FakeSocket.last.closed);
});

test('timers that come late are made up for by whoever is awake', () => {
  const { line, clock } = opened();
  FakeSocket.last.greet();
  clock.at += 10_000;
  line.check();
  assert.equal(FakeSocket.last.sent.at(-1)?.type, 'ping');
  clock.at += 10_000;
  line.check();
  assert.equal(line.state.line, 'waiting');
  clock.at += 250;
  line.check();
  assert.equal(line.state.line, 'connecting');
});

test('a clock that is set back by an hour neither stretches a wait nor hides a dead line', () => {
  const { line, clock } = opened();
  FakeSocket.last.hangUp(1006);
  clock.at -= 3_600_000;
  line.check();
  assert.equal(line.state.retryAt, clock.at + 250);
  clock.pass(250);
  FakeSocket.last.greet();
  line.check();
  clock.at -= 3_600_000;
  line.check();
  clock.pass(20_000);
  assert.equal(line.state.line, 'waiting');
});

test('a refused hello backs off for as long as it says, and what was invalid is left out of the next', () => {
  const { line, clock, heard } = opened({ hello: () => ({ page: 'x'.repeat(3_000), name: 'Danielle' }) });
  FakeSocket.last.onopen?.();
  FakeSocket.last.say({
    type: 'error',
    id: FakeSocket.last.sent[0].id,
    code: 'invalid',
    message: 'page: At most 2000 characters.',
    fields: { page: 'At most 2000 characters.' },
    retry_after_s: 2,
  });
  assert.equal(heard.refused[0].code, 'invalid');
  assert.equal(line.state.retryAt, clock.at + 2_000);
  clock.pass(2_000);
  FakeSocket.last.greet();
  const { id: _id, ...hello } = FakeSocket.last.sent[0];
  assert.deepEqual(hello, { type: 'hello', name: 'Danielle' });
  assert.equal(line.state.line, 'live');
});

test('what is not a frame is passed over', () => {
  const { line, heard } = opened();
  FakeSocket.last.greet();
  for (const data of ['not json', '[]', 'null', '{}', '{"type":5}', new ArrayBuffer(4)])
    FakeSocket.last.onmessage?.({ data });
  assert.equal(line.state.line, 'live');
  assert.deepEqual(heard.frames, []);
});

test('a page that may not open a socket waits as after any other loss', () => {
  const Denied = class {
    constructor() {
      throw new DOMException('Denied.', 'SecurityError');
    }
  };
  const { line, clock } = opened({ WebSocket: Denied });
  assert.equal(line.state.line, 'waiting');
  line.stop();
  assert.equal(line.state.line, 'stopped');
  assert.equal(clock.timers, 0);
});

test('on a socket that is closing nothing is sent, and nobody is told that it was', () => {
  const { line } = live();
  const socket = FakeSocket.last;
  const before = socket.sent.length;
  Object.assign(socket, { readyState: 2 });
  assert.equal(line.send({ type: 'message.send', id: '1' }), false);
  assert.equal(socket.sent.length, before);
  Object.assign(socket, { readyState: 1 });
  assert.equal(line.send({ type: 'message.send', id: '1' }), true);
});
