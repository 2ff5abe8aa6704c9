import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { lengthOf } = await import('../../../widgets/customer/static/length.js');

test('a text with plenty of room left shows no length', () => {
  assert.equal(lengthOf('x'.repeat(7_199), 8_000), null);
});

test('a text near the limit shows its length, and one at the limit is not too long', () => {
  assert.deepEqual(lengthOf('x'.repeat(7_200), 8_000), { over: false, says: '', count: '7,200 of 8,000' });
  assert.equal(lengthOf('x'.repeat(8_000), 8_000)?.over, false);
});

test('a text beyond the limit says by how much', () => {
  assert.equal(lengthOf('x'.repeat(8_001), 8_000)?.says, 'Too long by 1 character');
  assert.deepEqual(lengthOf('x'.repeat(8_214), 8_000), {
    over: true,
    says: 'Too long by 214 characters',
    count: '8,214 of 8,000',
  });
});

test('an emoji counts as one character, as the desk counts it', () => {
  assert.equal(lengthOf('😕'.repeat(8_000), 8_000)?.over, false);
  assert.equal(lengthOf('😕'.repeat(4_000), 8_000), null);
});
