import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { reviewAction } = await import('../../../widgets/console/static/review-actions.js');

const key = (/** @type {string} */ code, more = {}) => ({
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});
const HERE = { writing: false, control: false, single: true };

test('a confirmed chat takes A and Enter', () => {
  assert.equal(reviewAction(key('KeyA'), HERE), 'right');
  assert.equal(reviewAction(key('Enter'), HERE), 'save');
});

test('digits up to six are rows of the scorecard', () => {
  assert.equal(reviewAction(key('Digit1'), HERE), 1);
  assert.equal(reviewAction(key('Digit6'), HERE), 6);
  assert.equal(reviewAction(key('Digit7'), HERE), null);
});

test('keys do nothing while somebody writes, repeats or holds a modifier', () => {
  assert.equal(reviewAction(key('KeyA'), { ...HERE, writing: true }), null);
  for (const held of ['ctrlKey', 'metaKey', 'altKey', 'shiftKey', 'repeat', 'isComposing'])
    assert.equal(reviewAction(key('KeyA', { [held]: true }), HERE), null, held);
});

test('Enter and Space on a button are the button’s', () => {
  assert.equal(reviewAction(key('Enter'), { ...HERE, control: true }), null);
  assert.equal(reviewAction(key('Space'), { ...HERE, control: true }), null);
  assert.equal(reviewAction(key('KeyJ'), { ...HERE, control: true }), 'next');
});

test('with single keys off only Enter is left', () => {
  assert.equal(reviewAction(key('KeyA'), { ...HERE, single: false }), null);
  assert.equal(reviewAction(key('Digit1'), { ...HERE, single: false }), null);
  assert.equal(reviewAction(key('Enter'), { ...HERE, single: false }), 'save');
});
