import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { ALL, RecentEmoji, found, inserted, named, tokenAt } = await import('../../../widgets/console/static/emoji.js');

test('tokenAt finds a name behind a colon at the start of a word, and nothing in times, addresses and smileys', () => {
  assert.deepEqual(tokenAt('Done :ta', 8), { start: 5, words: 'ta', exact: false });
  assert.deepEqual(tokenAt(':+1', 3), { start: 0, words: '+1', exact: false });
  assert.deepEqual(tokenAt('Yes\n:Tada: and', 10), { start: 4, words: 'tada', exact: true });
  for (const text of ['at 10:30', 'https://x', ':D', ':)', ' :', 'Note:to', ': to', ''])
    assert.equal(tokenAt(text, text.length), null, text);
});

test('found puts the very name first, then names that begin so, then parts of names', () => {
  const emoji = (/** @type {string} */ words) => found(words).map((one) => one.emoji);
  assert.equal(emoji('mail')[0], '📧');
  assert.deepEqual([emoji('+1')[0], emoji('thumbs up')[0], emoji('check')[0]], ['👍', '👍', '✅']);
  assert.ok(emoji('circle').includes('🟢'));
  assert.deepEqual(emoji('qqq'), []);
  assert.equal(found('', ALL.length).length, ALL.length);
  assert.equal(named('tada')?.emoji, '🎉');
});

test('every emoji has names of its own, in the form in which they are typed', () => {
  const first = ALL.map(({ names }) => names[0]);
  assert.equal(new Set(first).size, ALL.length);
  assert.equal(new Set(ALL.map(({ emoji }) => emoji)).size, ALL.length);
  for (const { emoji, names } of ALL) {
    assert.match(emoji, /^\p{Extended_Pictographic}|^\p{Emoji}/u);
    for (const name of names) assert.match(name, /^(?:[+-]1|[a-z0-9][a-z0-9_-]*)$/u);
  }
});

test('inserted leaves a space behind the emoji at the end of a text, unless its name was typed to the end', () => {
  assert.deepEqual(inserted('Hi :ta', 3, 6, '🎉'), { text: 'Hi 🎉 ', caret: 6 });
  assert.deepEqual(inserted('Hi :tada:', 3, 9, '🎉'), { text: 'Hi 🎉', caret: 5 });
  assert.deepEqual(inserted('Hi :ta now', 3, 6, '🎉'), { text: 'Hi 🎉 now', caret: 5 });
});

test('those used last come first, once each', () => {
  const kept = new Map();
  const storage = /** @type {Storage} */ (
    /** @type {unknown} */ ({
      getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    })
  );
  const recent = new RecentEmoji(storage);
  for (const name of ['tada', '+1', 'tada']) recent.used(/** @type {typeof ALL[0]} */ (named(name)));
  assert.deepEqual(
    new RecentEmoji(storage).list.map(({ emoji }) => emoji),
    ['🎉', '👍'],
  );
  storage.setItem('switchboard.emoji', '{');
  assert.deepEqual([recent.list, new RecentEmoji(null).list], [[], []]);
});
