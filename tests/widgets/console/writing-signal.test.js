import assert from 'node:assert/strict';
import test from 'node:test';
import { WritingSignal } from '../../../widgets/console/static/writing-signal.js';

/** Timers that run when they are told to. */
function writer() {
  /** @type {boolean[]} */
  const told = [];
  /** @type {Map<number, () => void>} */
  const timers = new Map();
  let next = 1;
  const signal = new WritingSignal((on) => told.push(on), {
    setTimeout: (run) => {
      timers.set(next, run);
      return next++;
    },
    clearTimeout: (timer) => timers.delete(/** @type {number} */ (timer)),
  });
  return { told, timers, signal, idle: () => [...timers.values()].at(-1)?.() };
}

test('many keys are told once, and their end after a pause', () => {
  const { told, timers, signal, idle } = writer();
  signal.touch();
  signal.touch();
  assert.deepEqual([told, timers.size], [[true], 1]);
  idle();
  assert.deepEqual(told, [true, false]);
});

test('what was sent ends it at once, and only once', () => {
  const { told, signal } = writer();
  signal.stop();
  signal.touch();
  signal.stop();
  signal.stop();
  assert.deepEqual(told, [true, false]);
});

test('a new connection is told of somebody who is writing, and of nobody else', () => {
  const { told, signal } = writer();
  signal.again();
  signal.touch();
  signal.again();
  signal.stop();
  assert.deepEqual(told, [true, true, false]);
});
