import assert from 'node:assert/strict';
import test, { beforeEach } from 'node:test';
import { BACKOFF_MAX_MS, Line, backoff } from '../../../widgets/shared/static/client/line.js';
import { FakeClock } from './support/clock.js';
import { FakeSocket } from './support/fake_socket.js';

/** @typedef {import('../../../widgets/shared/static/client/types.js').Env} Env */

beforeEach(() => {
  FakeSocket.opened = [];
});

/** @param {{random?: () => number, hello?: () => Record<string, any>}} [options] */
function opened({ random = () => 0.5, hello = () => ({}) } = {}) {
  const clock = new FakeClock();
  /** @type {{states: string[], frames: any[], lives: any[], downs: number[], refused: any[]}} */
  const heard = { states: [], frames: [], lives: [], downs: [], refused: [] };
  /** @type {any} */
  const env = { WebSocket: FakeSocket, now: clock.now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, random };
  const line = new Line({
    env,
    url: 'ws://desk/ws/customer',
    hello,
    on: {
      state: ({ line: name }) => heard.states.push(name),
      live: (ok) => heard.lives.push(ok),
      frame: (frame) => heard.frames.push(frame),
      down: (code) => heard.downs.push(code),
      refused: (refusal) => heard.refused.push(refusal),
    },
  });
  line.start();
  return { line, clock, heard };
}


/** Live for a good while, every ping answered. @param {Parameters<typeof opened>[0]} [options] */
function live(options) {
  const one = opened(options);
  FakeSocket.last.greet();
  for (let second = 0; second < 12; second += 1) {
    one.clock.pass(1_000);
    FakeSocket.last.say({ type: 'queues', queues: [] });
  }
  return one;
}

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
    FakeSocket.last.hangUp(1006);
    assert.equal(line.state.line, 'waiting');
    assert.equal(line.state.retryAt, clock.at + pause);
    const before = FakeSocket.opened.length;
    clock.pass(pause - 1);
    assert.equal(FakeSocket.opened.length, before);
    clock.pass(1);
    assert.equal(FakeSocket.opened.length, before + 1);
    assert.equal(line.state.line, 'connecting');
  }
  FakeSocket.last.greet();
  for (let second = 0; second < 12; second += 1) {
    clock.pass(1_000);
    FakeSocket.last.say({ type: 'queues', queues: [] });
  }
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

for (const code of [4201, 4202, 4203, 4204]) {
  test(`after ${code} it comes back at once`, () => {
    const { line } = live();
    const sockets = FakeSocket.opened.length;
    FakeSocket.last.hangUp(code);
    assert.equal(FakeSocket.opened.length, sockets + 1);
    assert.equal(line.state.line, 'connecting');
    assert.equal(line.state.code, code);
  });
}

for (const code of [4101, 4102, 4103, 1002, 1003, 1006, 1007, 1009, 1011, 1012]) {
  test(`after ${code} it backs off`, () => {
    const { line, clock } = live();
    FakeSocket.last.hangUp(code);
    assert.equal(line.state.line, 'waiting');
    assert.equal(line.state.retryAt, clock.at + 250);
  });
}

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
    FakeSocket.last.hangUp(1006);
    line.nudge();
    assert.equal(FakeSocket.opened.length, sockets);
    assert.equal(line.state.line, 'connecting');
  }
});

test('after ten seconds of silence it pings, and without an answer the line is given up within 25 s of the last sign of life', () => {
  const { line, clock, heard } = opened();
  FakeSocket.last.greet();
  const dead = FakeSocket.last;
  clock.pass(9_999);
  assert.deepEqual(dead.sent.map(({ type }) => type), ['hello']);
  clock.pass(1);
  assert.deepEqual(dead.sent.map(({ type }) => type), ['hello', 'ping']);
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
  assert.deepEqual(heard.frames.map(({ type }) => type), ['queues']);
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
  FakeSocket.last.say({ type: 'error', id: FakeSocket.last.sent[0].id, code: 'invalid', message: 'page: At most 2000 characters.', fields: { page: 'At most 2000 characters.' }, retry_after_s: 2 });
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
  for (const data of ['not json', '[]', 'null', '{}', '{"type":5}', new ArrayBuffer(4)]) FakeSocket.last.onmessage?.({ data });
  assert.equal(line.state.line, 'live');
  assert.deepEqual(heard.frames, []);
});

test('a page that may not open a socket waits as after any other loss', () => {
  const clock = new FakeClock();
  const Denied = class { constructor() { throw new DOMException('Denied.', 'SecurityError'); } };
  /** @type {any} */
  const env = { WebSocket: Denied, now: clock.now, setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout, random: () => 0.5 };
  const nothing = () => {};
  const line = new Line({ env, url: 'ws://desk/', hello: () => ({}), on: { state: nothing, live: nothing, frame: nothing, down: nothing, refused: nothing } });
  line.start();
  assert.equal(line.state.line, 'waiting');
  line.stop();
  assert.equal(line.state.line, 'stopped');
  assert.equal(clock.timers, 0);
});
