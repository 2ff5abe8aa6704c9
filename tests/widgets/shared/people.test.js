import assert from 'node:assert/strict';
import test from 'node:test';
import { firstName, hueOf, initials } from '../../../widgets/shared/static/people.js';

test('initials are the first sign of the first and the last word, in any script', () => {
  assert.deepEqual(
    ['Danielle Okonkwo-Hartley', '田中 美咲 (Misaki Tanaka)', 'Ingrid Þórsdóttir', 'Zoë', '<b>Bold</b> Man'].map(
      initials,
    ),
    ['DO', '田美', 'IÞ', 'Z', 'BM'],
  );
  assert.deepEqual(['', '🤔 !!', null, undefined].map(initials), ['?', '?', '?', '?']);
});

test('a hue hangs on the id alone, and is the one that the server draws', () => {
  assert.equal(hueOf('u-priya'), 9);
  assert.ok(hueOf(null) >= 0 && hueOf('x'.repeat(5_000)) < 12);
});

test('a first name is the first word, and the whole name where the family name comes first', () => {
  assert.deepEqual(['Priya Raman', '  Mateo ', null].map(firstName), ['Priya', 'Mateo', '']);
  assert.deepEqual(['田中 美咲 (Misaki Tanaka)', '김민준'].map(firstName), ['田中 美咲', '김민준']);
});
