import assert from 'node:assert/strict';
import test from 'node:test';
import { isTold, connectionWords, unstored } from '../../../widgets/shared/static/connection-words.js';

const WORDS = { lost: 'No connection.', safe: 'You can keep writing.' };
/** @typedef {import('../../../widgets/shared/static/client/types.js').LineState} LineState */
/** @param {Partial<LineState>} more @returns {LineState} */
const standing = (more) => ({ line: 'waiting', retryAt: null, since: 0, code: null, doubted: false, ...more });
/** @param {Partial<LineState>} state */
const said = (state) => connectionWords(standing(state), WORDS, 1_000);

test('nothing is said while the line is up', () => {
  assert.equal(said({ line: 'live' }), null);
});

test('a lost line counts down, and says what is safe', () => {
  assert.deepEqual(said({ retryAt: 4_100 }), {
    strong: 'No connection.',
    again: 'Trying again in 4 s.',
    safe: 'You can keep writing.',
  });
  assert.equal(said({ retryAt: 900 })?.again, 'Trying again now.');
  assert.equal(said({ line: 'connecting' })?.again, 'Trying again now.');
});

test('a line that is back at once is not worth a word; what the browser or the desk says of it is said at once', () => {
  const told = (/** @type {Partial<LineState>} */ state, /** @type {number} */ now) =>
    isTold(standing(state), 1_000, now);
  assert.deepEqual([told({}, 2_500), told({}, 2_501)], [false, true]);
  assert.deepEqual([told({ line: 'live', doubted: true }, 1_000), told({ line: 'stopped' }, 1_000)], [true, true]);
  assert.deepEqual(said({ line: 'live', doubted: true }), {
    strong: 'No connection.',
    again: 'Trying again now.',
    safe: 'You can keep writing.',
  });
});

test('a line that the desk ended says what to do', () => {
  assert.equal(said({ line: 'stopped', code: 4010 })?.safe, 'Sign in again to continue.');
  assert.match(said({ line: 'stopped', code: 4004 })?.safe ?? '', /Reload/u);
});

test('only what the server could not store counts as unstored', () => {
  const entry = (/** @type {any} */ refusal) => /** @type {any} */ ({ refusal });
  assert.equal(
    unstored([entry(null), entry({ code: 'rate_limited' }), entry({ code: 'unavailable', local: true })]).length,
    0,
  );
  assert.equal(unstored([entry({ code: 'unavailable' })]).length, 1);
});
