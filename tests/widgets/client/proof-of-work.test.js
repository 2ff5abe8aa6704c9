import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { solve } from '../../../widgets/shared/static/client/proof-of-work.js';

/** @param {string} proof @returns {number} */
const zeroBits = (proof) => {
  const bits = [...createHash('sha256').update(proof).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return bits.indexOf('1');
};

for (const bits of [1, 5, 12, 16]) {
  test(`a proof of ${bits} bits begins with as many zeros, by another SHA-256`, async () => {
    const challenge = 'AbCdEfGhIjKlMnOpQrStUvWxYz01_-89';
    const proof = await solve({ challenge, bits });
    assert.match(proof, new RegExp(`^${challenge}:\\d+$`, 'u'));
    assert.ok(zeroBits(proof) >= bits);
  });
}

test('the first answer that fits is found, whatever its length and wherever a step ends', async () => {
  const challenge = 'x'.repeat(32);
  let first = 0;
  while (zeroBits(`${challenge}:${first}`) < 13) first += 1;
  let at = 0;
  assert.ok(first > 1_000);
  assert.equal(await solve({ challenge, bits: 13 }, () => (at += 100)), `${challenge}:${first}`);
});

test('it pauses after each step, so that others have their turn, and ends where a newer challenge comes', async () => {
  let turns = 0;
  let at = 0;
  const other = () => {
    turns += 1;
    if (turns === 3) solve({ challenge: 'z'.repeat(32), bits: 1 });
    else setImmediate(other);
  };
  setImmediate(other);
  await assert.rejects(
    solve({ challenge: 'y'.repeat(32), bits: 31 }, () => (at += 100)),
    /newer/u,
  );
  assert.equal(turns, 3);
});

test('a challenge that fits into no block is refused', async () => {
  await assert.rejects(solve({ challenge: 'z'.repeat(55), bits: 4 }), RangeError);
});

test('a desk that is never content is not worked for without end', async () => {
  const now = () => 1e9;
  const asked = { challenge: 'w'.repeat(32), bits: 1 };
  for (let time = 0; time < 10; time++) await solve({ ...asked }, now);
  await assert.rejects(solve({ ...asked }, now), /without end/u);
  await solve({ ...asked }, () => 1e9 + 600_000);
});
