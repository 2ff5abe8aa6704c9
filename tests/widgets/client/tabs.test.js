import assert from 'node:assert/strict';
import test from 'node:test';
import { Tabs } from '../../../widgets/shared/static/client/tabs.js';
import { FakeLocks } from './support/locks.js';
import { until } from './support/waiting.js';

let names = 0;

/** @param {any} locks @param {string} [name] @param {any} [Channel] */
function tab(locks, name = `tabs-test-${process.pid}-${names}`, Channel = BroadcastChannel) {
  /** @type {{leads: number, follows: number, heard: any[]}} */
  const seen = { leads: 0, follows: 0, heard: [] };
  /** @type {any} */
  const env = { locks, BroadcastChannel: Channel };
  const tabs = new Tabs({
    name,
    env,
    on: {
      lead: () => {
        seen.leads += 1;
      },
      follow: () => {
        seen.follows += 1;
      },
      heard: (message) => seen.heard.push(message),
    },
  });
  tabs.join();
  return { tabs, seen };
}

test('one leads; when it leaves, the next does', async () => {
  names += 1;
  const locks = new FakeLocks();
  const [one, two, three] = [tab(locks), tab(locks), tab(locks)];
  await until(() => one.seen.leads === 1);
  assert.deepEqual([two.seen.leads, three.seen.leads], [0, 0]);
  one.tabs.leave();
  await until(() => two.seen.leads === 1);
  two.tabs.leave();
  await until(() => three.seen.leads === 1);
  three.tabs.leave();
});

test('one that gives up waiting is passed over', async () => {
  names += 1;
  const locks = new FakeLocks();
  const [one, two, three] = [tab(locks), tab(locks), tab(locks)];
  await until(() => one.seen.leads === 1);
  two.tabs.leave();
  one.tabs.leave();
  await until(() => three.seen.leads === 1);
  assert.equal(two.seen.leads, 0);
  three.tabs.leave();
});

test('what one says, all others hear', async () => {
  names += 1;
  const locks = new FakeLocks();
  const [one, two, three] = [tab(locks), tab(locks), tab(locks)];
  one.tabs.post({ kind: 'nudge', eager: true });
  await until(() => two.seen.heard.length && three.seen.heard.length);
  assert.deepEqual(two.seen.heard, [{ kind: 'nudge', eager: true }]);
  assert.deepEqual(one.seen.heard, []);
  for (const { tabs } of [one, two, three]) tabs.leave();
});

test('a tab that takes the lead away gets it, and the other one follows and waits for its turn again', async () => {
  names += 1;
  const locks = new FakeLocks();
  const [one, two] = [tab(locks), tab(locks)];
  await until(() => one.seen.leads === 1);
  two.tabs.seize();
  await until(() => two.seen.leads === 1 && one.seen.follows === 1);
  two.tabs.leave();
  await until(() => one.seen.leads === 2);
  one.tabs.leave();
});

test('without locks, without a channel, or where either is denied, each tab is alone and leads', async () => {
  names += 1;
  const Denied = class {
    constructor() {
      throw new DOMException('Denied.', 'SecurityError');
    }
  };
  const denying = { request: () => Promise.reject(new DOMException('Denied.', 'SecurityError')) };
  for (const one of [
    tab(null),
    tab(new FakeLocks(), undefined, null),
    tab(new FakeLocks(), undefined, Denied),
    tab(denying),
  ]) {
    await until(() => one.seen.leads === 1);
    assert.equal(one.tabs.alone, true);
    one.tabs.post({ kind: 'nudge', eager: false });
    one.tabs.leave();
  }
});
