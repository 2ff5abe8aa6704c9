import assert from 'node:assert/strict';
import test from 'node:test';
import { shortName } from '../../../widgets/shared/static/sizes.js';

test('a file’s name is shown whole, but for the middle of a very long one, which ends as it did', () => {
  const screenshot = 'Capture d’écran 2026-11-24 à 16.38.12.png';
  assert.equal(shortName(screenshot), screenshot);
  assert.equal(shortName('x'.repeat(56)), 'x'.repeat(56));
  assert.equal(shortName(`${'x'.repeat(100)} final (2).xlsx`), `${'x'.repeat(40)}… final (2).xlsx`);
  assert.equal(shortName('🙂'.repeat(57)), `${'🙂'.repeat(40)}…${'🙂'.repeat(15)}`, 'no character is cut in two');
});
