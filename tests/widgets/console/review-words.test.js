import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { RULES, selected } = await import('../../../widgets/console/static/review-words.js');

test('a chat that several chosen rules select counts once, one that no chosen rule selects not at all', () => {
  const together = [
    { rules: ['rated_badly', 'words'], count: 2 },
    { rules: ['void'], count: 4 },
    { rules: ['void_counted', 'no_reply'], count: 1 },
  ];
  assert.equal(selected(together, new Set(['rated_badly', 'words'])), 3);
  assert.equal(selected(together, new Set(Object.keys(RULES))), 7);
  // A rule that cannot be switched off counts always.
  assert.equal(selected(together, new Set()), 1);
});
