/**
 * The focus goes to the control that is clicked, also in Safari on a Mac, which leaves it nowhere. Keys then go on where
 * the reader is: Esc and Ctrl and Enter reach the dialog around the control. A form that is open while it has the focus
 * stays open under the pointer.
 */

const CONTROLS = 'button, summary, input[type=radio], input[type=checkbox]';

/** @param {MouseEvent} event */
export function focusClicked(event) {
  if (event.defaultPrevented || event.button !== 0) return;
  const at =
    event.target instanceof Element && event.target.closest('button, summary, label, input, select, textarea, a');
  const control = at instanceof HTMLLabelElement ? at.control : at;
  if (!(control instanceof HTMLElement) || !control.matches(CONTROLS)) return;
  // Or Safari takes the focus away again.
  event.preventDefault();
  control.focus(/** @type {FocusOptions} */ ({ preventScroll: true, focusVisible: false }));
}
