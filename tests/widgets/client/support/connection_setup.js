/** Connections whose other end is the test. */

import { beforeEach } from 'node:test';
import { Connection } from '../../../../widgets/shared/static/client/connection.js';
import { Kept } from '../../../../widgets/shared/static/client/storage.js';
import { FakeClock } from './clock.js';
import { FakeSocket } from './fake_socket.js';
import { FakeWeb } from './fake_web.js';

beforeEach(() => {
  FakeSocket.opened = [];
});

/** A connection that was just started. @param {{random?: () => number, online?: () => boolean, hello?: () => Record<string, any>, polled?: boolean, WebSocket?: unknown}} [options] */
export function opened({
  random = () => 0.5,
  online = () => true,
  hello = () => ({}),
  polled = false,
  WebSocket = FakeSocket,
} = {}) {
  const clock = new FakeClock();
  /** @type {{states: string[], frames: any[], lives: any[], downs: number[], refused: any[]}} */
  const heard = { states: [], frames: [], lives: [], downs: [], refused: [] };
  const web = new FakeWeb();
  const kept = new Kept('', null);
  if (polled) kept.set('polled', 'yes');
  /** @type {any} */
  const env = {
    WebSocket,
    fetch: web.fetch,
    now: clock.now,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    random,
    online,
  };
  const line = new Connection({
    env,
    url: 'ws://desk/ws/customer',
    kept,
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
  return { line, clock, heard, web, kept };
}

/** The socket opens, and is good for twelve seconds. @param {FakeClock} clock */
export function lasts(clock) {
  FakeSocket.last.greet();
  for (let second = 0; second < 12; second += 1) {
    clock.pass(1_000);
    FakeSocket.last.say({ type: 'queues', queues: [] });
  }
}

/** One that has been live for a good while. @param {Parameters<typeof opened>[0]} [options] */
export function live(options) {
  const one = opened(options);
  lasts(one.clock);
  return one;
}
