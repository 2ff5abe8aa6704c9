import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { fullWords, placeWords, silentWords } = await import('../../../widgets/customer/static/line-words.js');

test('a place without an estimate promises none', () => {
  assert.equal(placeWords(3, 240), 'You’re number 3 in line, about 4 minutes');
  assert.equal(placeWords(3, null), 'You’re number 3 in line');
  assert.equal(placeWords(1, 60), 'You’re next, about 1 minute');
  assert.equal(placeWords(1, null), 'You’re next');
  assert.equal(placeWords(null, null), 'You’re in line');
});

test('who is silent is asked first, then warned', () => {
  const endsAt = '2026-11-25T21:52:00.000Z';
  assert.equal(silentWords(null), '');
  assert.match(silentWords({ endsAt, told: 1 }), /^Are you still there\?.*ends at \d\d:\d\d/u);
  assert.match(silentWords({ endsAt, told: 2 }), /^This chat ends at \d\d:\d\d/u);
});

const MEDIA = /** @type {import('../../../widgets/shared/static/types.js').Team} */ (
  /** @type {unknown} */ ({ team: 'media', name: 'Media' })
);

test('a full line says how long it is, where that is known', () => {
  assert.match(fullWords(MEDIA, 300), /^The line for Media is full, and the wait is about 5 minutes\./u);
  assert.match(fullWords(MEDIA, null), /^The line for Media is full\. You can send your text/u);
});
