import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { FeedbackSeen } = await import('../../../widgets/console/static/feedback-seen.js');

const OLD = { at: '2026-11-25T10:00:00.000Z' };
const NEW = { at: '2026-11-26T10:00:00.000Z' };

function kept() {
  const items = new Map();
  return {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => void items.set(key, value),
  };
}

test('feedback counts until it was read, by each person', () => {
  const storage = kept();
  const seen = new FeedbackSeen('priya', storage);
  assert.equal(seen.unseen([OLD]), 1);
  seen.see([OLD]);
  assert.equal(seen.unseen([NEW, OLD]), 1);
  seen.see([NEW, OLD]);
  assert.equal(seen.unseen([NEW, OLD]), 0);
  assert.equal(new FeedbackSeen('mateo', storage).unseen([NEW, OLD]), 2);
  assert.equal(new FeedbackSeen('mateo', storage).unseen([{ ...NEW, answer: 'Thanks' }, OLD]), 1);
});

test('without storage all feedback counts as new', () => {
  const seen = new FeedbackSeen('priya', null);
  seen.see([OLD]);
  assert.equal(seen.unseen([OLD]), 1);
});
