import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { ReviewDrafts } = await import('../../../widgets/console/static/review-drafts.js');

const ROWS = [
  { id: 1, text: 'Understood the problem' },
  { id: 2, text: 'Tone' },
];

/** @param {object|null} mine */
const row = (mine = null) =>
  /** @type {import('../../../widgets/console/static/review-day.js').ToReview} */ ({ ticket: 7, mine });

test('draft begins with the judgement that is saved', () => {
  const drafts = new ReviewDrafts();
  const empty = { right: false, correction: null, scores: {}, feedback: '' };
  assert.deepEqual(drafts.of(row()), empty);
  assert.deepEqual(drafts.of(null), empty);
  const mine = { verdict: 'confirmed', scores: { 1: 'no' }, feedback: 'Ask first' };
  drafts.turn(row(mine), 1);
  assert.deepEqual(drafts.of(row(mine)), { right: true, correction: null, scores: {}, feedback: 'Ask first' });
  assert.deepEqual(mine.scores, { 1: 'no' });
  drafts.forget(7);
  assert.deepEqual(drafts.of(row(mine)).scores, { 1: 'no' });
});

test('a row is answered with Yes, Partly, No, and none again', () => {
  const drafts = new ReviewDrafts();
  const seen = ['yes', 'partly', 'no', undefined].map(() => {
    drafts.turn(row(), 2);
    return drafts.of(row()).scores[2];
  });
  assert.deepEqual(seen, ['yes', 'partly', 'no', undefined]);
});

test('yes to the rest keeps the answers that are there', () => {
  const drafts = new ReviewDrafts();
  drafts.score(row(), 2, 'no');
  drafts.yesToTheRest(row(), ROWS);
  assert.deepEqual(drafts.of(row()).scores, { 1: 'yes', 2: 'no' });
});

test('answers to rows that are gone, and empty feedback, are not sent', () => {
  const drafts = new ReviewDrafts();
  drafts.fill(row(), { scores: { 1: 'yes', 9: 'no' }, feedback: ' \n' });
  assert.deepEqual(drafts.sent(row(), ROWS), { scores: { 1: 'yes' } });
  drafts.fill(row(), { feedback: ' Ask first ' });
  assert.deepEqual(drafts.sent(row(), ROWS), { scores: { 1: 'yes' }, feedback: 'Ask first' });
});

test('a code is right or corrected, never both, and a saved correction is where one goes on', () => {
  const drafts = new ReviewDrafts();
  assert.equal(drafts.verdict(row()), null);
  const correction = { resolution: 'duplicate', reason: 'Same as 12', duplicate_of: 12 };
  drafts.fill(row(), { right: true });
  drafts.fill(row(), { correction });
  assert.equal(drafts.of(row()).right, false);
  assert.deepEqual(drafts.verdict(row()), { verdict: 'corrected', ...correction });
  drafts.fill(row(), { right: true });
  assert.deepEqual([drafts.of(row()).correction, drafts.verdict(row())], [null, { verdict: 'confirmed' }]);
  drafts.forget(7);
  const mine = { verdict: 'corrected', code: 'data_fix', reason: 'Patched', scores: {} };
  assert.deepEqual(drafts.verdict(row(mine)), { verdict: 'corrected', resolution: 'data_fix', reason: 'Patched' });
});
