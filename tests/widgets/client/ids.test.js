import assert from 'node:assert/strict';
import test from 'node:test';
import { idsBy, timeOf } from '../../../widgets/shared/static/client/ids.js';

const AT = 1_763_900_000_123;

test('an id is a UUID of version 7 that carries its moment', () => {
  const id = idsBy(() => AT)();
  assert.match(id, /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
  assert.equal(timeOf(id), AT);
});

test('ids made within one millisecond sort in the order in which they were made, more than 4,096 of them too', () => {
  const next = idsBy(() => AT);
  const ids = Array.from({ length: 10_000 }, () => next());
  assert.deepEqual(ids, [...ids].sort());
  assert.equal(new Set(ids).size, ids.length);
});

test('ids go on rising when the clock is set back', () => {
  let at = AT;
  const next = idsBy(() => at);
  const before = next();
  at -= 3_600_000;
  assert.ok(next() > before);
});

test('an id comes after what an earlier page wrote with a clock that was ahead', () => {
  const earlier = idsBy(() => AT + 3_600_000)();
  assert.ok(idsBy(() => AT)(earlier) > earlier);
});

test('two pages at the same moment make different ids', () => {
  assert.notEqual(idsBy(() => AT)(), idsBy(() => AT)());
});
