import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { placeWords, silentWords } = await import('../../../widgets/customer/static/line-words.js');

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
