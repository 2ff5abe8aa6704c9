import assert from 'node:assert/strict';
import test from 'node:test';

import { piecesOf } from '../../../widgets/console/static/hits.js';

test('hits are counted in code points, and what is around them stays', () => {
  const pieces = piecesOf('👩 rates of rates', [
    [2, 7],
    [11, 16],
  ]);
  assert.deepEqual(
    pieces.map(({ text, hit }) => (hit ? `[${text}]` : text)),
    ['👩 ', '[rates]', ' of ', '[rates]'],
  );
  assert.deepEqual(piecesOf('none', []), [{ text: 'none', hit: false }]);
});
