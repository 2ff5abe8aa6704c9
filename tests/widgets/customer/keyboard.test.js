import assert from 'node:assert/strict';
import test from 'node:test';
import { keepAboveKeyboard } from '../../../widgets/customer/static/keyboard.js';

/** @param {number} height */
function phone(height) {
  const viewport = Object.assign(new EventTarget(), { height, scale: 1 });
  /** @type {Map<string, string>} */
  const style = new Map();
  const of = {
    setProperty: (/** @type {string} */ name, /** @type {string} */ value) => style.set(name, value),
    removeProperty: (/** @type {string} */ name) => style.delete(name),
  };
  keepAboveKeyboard(
    /** @type {VisualViewport} */ (/** @type {unknown} */ (viewport)),
    /** @type {CSSStyleDeclaration} */ (/** @type {unknown} */ (of)),
  );
  const becomes = (/** @type {number} */ seen, scale = 1) => {
    Object.assign(viewport, { height: seen, scale });
    viewport.dispatchEvent(new Event('resize'));
  };
  return { style, becomes };
}

test('the face is as high as what can be seen, with the keyboard and without', () => {
  const { style, becomes } = phone(844);
  assert.equal(style.get('--seen'), '844px');
  becomes(508.4);
  assert.equal(style.get('--seen'), '508px');
  becomes(844);
  assert.equal(style.get('--seen'), '844px');
});

test('whoever zooms in does not make the face smaller', () => {
  const { style, becomes } = phone(844);
  becomes(422, 2);
  assert.equal(style.has('--seen'), false);
});

test('a browser that does not tell is left alone', () => {
  assert.doesNotThrow(() => keepAboveKeyboard(null, /** @type {CSSStyleDeclaration} */ ({})));
});
