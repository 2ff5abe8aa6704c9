import assert from 'node:assert/strict';
import test from 'node:test';
import { Settings } from '../../../widgets/console/static/settings.js';

/** @param {Record<string, string>} [kept] @returns {Storage} */
function storage(kept = {}) {
  const all = new Map(Object.entries(kept));
  return {
    get length() {
      return all.size;
    },
    key: (at) => [...all.keys()][at] ?? null,
    clear: () => all.clear(),
    getItem: (key) => all.get(key) ?? null,
    setItem: (key, value) => void all.set(key, value),
    removeItem: (key) => void all.delete(key),
  };
}

test('what somebody chose is there again, for them alone', () => {
  const store = storage();
  new Settings('me', store).set({ singleKeys: false, notices: true });
  assert.deepEqual(new Settings('me', store).now, {
    singleKeys: false,
    enterSends: true,
    sound: true,
    alarmSound: true,
    notices: true,
    goesOn: true,
  });
  assert.equal(new Settings('other', store).now.singleKeys, true);
});

test('what is no choice, and what cannot be read, counts for nothing', () => {
  for (const kept of ['{"sound": "loud", "more": true}', 'null', '{', '[]']) {
    assert.deepEqual(new Settings('me', storage({ 'switchboard.console.me': kept })).now, {
      singleKeys: true,
      enterSends: true,
      sound: true,
      alarmSound: true,
      notices: false,
      goesOn: true,
    });
  }
});

test('without storage a choice holds as long as the page, and is told', () => {
  const settings = new Settings('me', null);
  let told = 0;
  settings.addEventListener('change', () => {
    told += 1;
  });
  settings.set({ sound: false });
  assert.deepEqual([settings.now.sound, told], [false, 1]);
});
