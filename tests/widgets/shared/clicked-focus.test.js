import assert from 'node:assert/strict';
import { test } from 'node:test';
import { focusClicked } from '../../../widgets/shared/static/clicked-focus.js';

class Control {
  focused = false;
  /** @param {string} kind @param {Control|null} [control] of a label */
  constructor(kind, control) {
    this.kind = kind;
    this.control = control;
  }
  closest() {
    return this;
  }
  /** @param {string} selector */
  matches(selector) {
    return selector.includes(this.kind);
  }
  focus() {
    this.focused = true;
  }
}
class Label extends Control {}
Object.assign(globalThis, { Element: Control, HTMLElement: Control, HTMLLabelElement: Label });

/** @param {Control} target @param {object} [more] */
function pressed(target, more) {
  let held = false;
  focusClicked(
    /** @type {MouseEvent} */ (
      /** @type {unknown} */ ({
        target,
        button: 0,
        defaultPrevented: false,
        preventDefault: () => (held = true),
        ...more,
      })
    ),
  );
  return held;
}

test('a pressed button, and the radio of a pressed label, get the focus; what is written in is left to the browser', () => {
  const button = new Control('button');
  const radio = new Control('input[type=radio]');
  const box = new Control('textarea');
  assert.ok(pressed(button) && button.focused);
  assert.ok(pressed(new Label('label', radio)) && radio.focused);
  for (const other of [box, new Label('label', box), new Label('label', null)]) assert.ok(!pressed(other));
  assert.ok(!box.focused);
});

test('a press that the page keeps from the browser, or of the other button, moves no focus', () => {
  const button = new Control('button');
  assert.ok(!pressed(button, { defaultPrevented: true }));
  assert.ok(!pressed(button, { button: 2 }));
  assert.ok(!button.focused);
});
