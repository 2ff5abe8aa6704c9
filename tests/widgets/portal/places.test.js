import assert from 'node:assert/strict';
import test from 'node:test';
import { keptPlace, Places, sentenceOf, showStopped, timeOf } from '../../../widgets/portal/static/places.js';

/** @typedef {Record<string, (event: object) => void>} Listeners */

const film = (/** @type {string} */ src, duration = 1_200) => ({
  listeners: /** @type {Listeners} */ ({}),
  currentTime: 0,
  paused: false,
  duration,
  getAttribute: () => src,
  addEventListener(/** @type {string} */ name, /** @type {(event: object) => void} */ listener) {
    this.listeners[name] = listener;
  },
});

/** An article with two videos. @param {object} data */
function article(data = {}) {
  /** @type {Map<string, string>} */
  const kept = new Map();
  const store = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value),
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  };
  const videos = [film('/a.webm'), film('/b.webm')];
  const words = { dataset: { article: '7', ...data }, querySelectorAll: () => videos };
  /** @type {string[]} */
  const sent = [];
  const asStore = /** @type {Storage} */ (/** @type {unknown} */ (store));
  const asWords = /** @type {HTMLElement} */ (/** @type {unknown} */ (words));
  const places = new Places(asWords, asStore, (path, body) => sent.push(`${path} ${body}`));
  places.start(false);
  return { places, sent, videos, store: asStore };
}

/** @param {ReturnType<typeof film>} video @param {number} at @param {string} what */
function happens(video, at, what, timeStamp = 0) {
  video.currentTime = at;
  video.listeners[what]?.({ timeStamp });
}

test('a reader without an account finds the place in the browser, part by part', () => {
  const { videos, store, sent } = article();
  happens(videos[0], 3, 'pause');
  assert.equal(keptPlace(store, '7'), undefined, 'the first seconds are the beginning');
  happens(videos[0], 860.7, 'pause');
  const place = { video: '/a.webm', part: 1, parts: 2, seconds: 860, length: 1_200 };
  assert.deepEqual(keptPlace(store, '7'), place);
  happens(videos[0], 1_200, 'pause');
  const kept = keptPlace(store, '7');
  assert.deepEqual([kept?.video, kept?.part, kept?.seconds], ['/b.webm', 2, 0]);
  happens(videos[1], 1_199, 'pause');
  assert.equal(keptPlace(store, '7'), undefined);
  assert.deepEqual(sent, []);
});

test('the desk hears of a place every 15 seconds at most, on a pause, and when the page is left', () => {
  const { videos, sent, places } = article({ place: '' });
  for (let second = 0; second < 31; second++) happens(videos[0], 100 + second, 'timeupdate', 1_000 + second * 1_000);
  assert.equal(sent.length, 2);
  assert.equal(sent[0], '/api/articles/7/place {"video":"/a.webm","seconds":115,"length":1200}');
  places.leave();
  places.leave();
  assert.equal(sent.length, 2, 'the place of the last call is not sent again');
  happens(videos[0], 133, 'pause');
  assert.equal(sent.length, 3);
});

test('what a broken or foreign value of the storage says is no place', () => {
  const { store } = article();
  for (const value of [
    '{',
    'null',
    '[]',
    '{"video":1}',
    '{"video":"/a","part":1,"parts":1,"seconds":"9","length":1}',
  ]) {
    store.setItem('switchboard.place.7', value);
    assert.equal(keptPlace(store, '7'), undefined, value);
  }
});

test('a list says where the browser stopped', () => {
  const { store, videos } = article();
  happens(videos[1], 3_860, 'pause');
  const said = { dataset: { stoppedIn: '7' }, hidden: true, textContent: '' };
  const other = { dataset: { stoppedIn: '8' }, hidden: true, textContent: '' };
  const page = /** @type {ParentNode} */ (/** @type {unknown} */ ({ querySelectorAll: () => [said, other] }));
  videos[1].duration = 9_000;
  happens(videos[1], 3_860, 'pause');
  showStopped(page, store);
  assert.equal(said.textContent, 'You stopped at 1:04:20 in part 2 of 2.');
  assert.deepEqual([said.hidden, other.hidden], [false, true]);
  assert.equal(timeOf(860), '14:20');
  const next = { video: '/b', part: 2, parts: 3, seconds: 0, length: 0 };
  assert.equal(sentenceOf(next), 'Next: part 2 of 3.');
});
