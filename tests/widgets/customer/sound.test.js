import assert from 'node:assert/strict';
import test from 'node:test';
import { Memory } from '../../../widgets/customer/static/memory.js';
import { Sounds } from '../../../widgets/customer/static/sound.js';

/** A device that writes down what it is asked for. */
function device() {
  /** @type {number[]} */
  const heard = [];
  const tone = () => {
    const one = {
      frequency: { value: 0 },
      connect: (/** @type {unknown} */ to) => to,
      start: () => heard.push(one.frequency.value),
      stop: () => {},
    };
    return one;
  };
  const gain = () => ({
    gain: { setValueAtTime: () => {}, exponentialRampToValueAtTime: () => {} },
    connect: (/** @type {unknown} */ to) => to,
  });
  const context = {
    state: 'suspended',
    currentTime: 0,
    destination: {},
    createOscillator: tone,
    createGain: gain,
    resume: async () => {
      context.state = 'running';
    },
  };
  return { heard, make: () => /** @type {AudioContext} */ (/** @type {unknown} */ (context)) };
}

/** Whoever comes while it is held gets nothing. @returns {Pick<LockManager, 'request'>} */
function oneLock() {
  let held = false;
  const request = async (
    /** @type {string} */ _name,
    /** @type {object} */ _options,
    /** @type {(lock: object|null) => unknown} */ run,
  ) => {
    if (held) return run(null);
    held = true;
    return run({});
  };
  return /** @type {Pick<LockManager, 'request'>} */ ({ request });
}

const ENV = { locks: null, pause: () => Promise.resolve() };

test('before anybody has touched the page it is silent', async () => {
  const { heard, make } = device();
  const sounds = new Sounds(new Memory(null), { ...ENV, make });
  await sounds.play('joined');
  assert.deepEqual([heard, sounds.ready], [[], false]);
  await sounds.touched();
  await sounds.play('joined');
  assert.deepEqual([heard.length, sounds.ready], [2, true]);
});

test('switched off it stays off, on the next page too', async () => {
  const { heard, make } = device();
  const memory = new Memory(null);
  const sounds = new Sounds(memory, { ...ENV, make });
  await sounds.touched();
  sounds.on = false;
  await sounds.play('answered');
  assert.deepEqual([heard, sounds.ready, new Sounds(memory, ENV).on], [[], false, false]);
  sounds.on = true;
  await sounds.play('answered');
  assert.equal(heard.length, 1);
});

test('of several tabs one is heard', async () => {
  const locks = oneLock();
  const tabs = [device(), device()];
  for (const { make } of tabs) {
    const sounds = new Sounds(new Memory(null), { ...ENV, make, locks });
    await sounds.touched();
    await sounds.play('answered');
  }
  assert.deepEqual(
    tabs.map(({ heard }) => heard.length),
    [1, 0],
  );
});

test('where there is no device nothing breaks', async () => {
  const sounds = new Sounds(new Memory(null), {
    ...ENV,
    make: () => {
      throw new Error('no device');
    },
  });
  await sounds.touched();
  await sounds.play('joined');
  assert.equal(sounds.ready, false);
});
