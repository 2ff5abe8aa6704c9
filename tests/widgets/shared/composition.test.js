import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfInputMethod } from '../../../widgets/shared/static/composition.js';

test('Enter and Escape with the code of an input method are not for the page, other keys are', () => {
  const key = (/** @type {string} */ key, /** @type {number} */ keyCode) => isOfInputMethod({ key, keyCode });
  assert.ok(key('Enter', 229));
  assert.ok(key('Escape', 229));
  assert.ok(!key('Enter', 13));
  // Android gives every key of its keyboard this code: they count as activity.
  assert.ok(!key('Unidentified', 229));
});
