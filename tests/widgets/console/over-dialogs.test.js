import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { showOver } = await import('../../../widgets/console/static/over-dialogs.js');

/** As in a browser, a popover that is moved is hidden. */
class Part extends EventTarget {
  modal = false;
  shown = false;
  /** @type {Part|null} */
  parentElement = null;

  get isConnected() {
    return this.parentElement !== null;
  }

  /** @param {Part} child */
  prepend(child) {
    child.parentElement = this;
    child.shown = false;
  }

  /** @param {Part} child */
  append(child) {
    this.prepend(child);
  }

  showPopover() {
    this.shown = true;
  }

  closest() {
    return this.modal ? this : null;
  }

  close() {
    this.modal = false;
    this.dispatchEvent(new Event('close'));
  }
}

function page() {
  const [body, lower, upper, popover] = Array.from({ length: 4 }, () => new Part());
  const querySelectorAll = () => [lower, upper].filter(({ modal }) => modal);
  const document = { body, activeElement: body, querySelectorAll };
  Object.assign(globalThis, { document });
  const show = () => showOver(/** @type {HTMLElement} */ (/** @type {unknown} */ (popover)));
  return { body, lower, upper, popover, document, show };
}

test('a popover outlives the dialogs above which it is shown', () => {
  const { body, lower, upper, popover, show } = page();
  lower.modal = upper.modal = true;
  show();
  assert.equal(popover.parentElement, upper);
  upper.close();
  assert.equal(popover.parentElement, lower);
  // The dialog was drawn without it.
  popover.parentElement = null;
  lower.close();
  assert.equal(popover.parentElement, body);
  assert.equal(popover.shown, true);
});

test('a popover is shown in the dialog that has the focus, and is left where it went meanwhile', () => {
  const { body, lower, upper, popover, document, show } = page();
  lower.modal = upper.modal = true;
  document.activeElement = lower;
  show();
  assert.equal(popover.parentElement, lower);
  document.activeElement = upper;
  show();
  lower.close();
  assert.equal(popover.parentElement, upper);
  upper.modal = false;
  document.activeElement = body;
  show();
  assert.equal(popover.parentElement, body);
});
