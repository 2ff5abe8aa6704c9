/**
 * Keys that an input method takes. Safari sends the Enter that ends a composition, and the Escape that cancels it,
 * after `compositionend`: `isComposing` is false by then, and only the code 229 tells that the key is not for the page.
 */

const INPUT_METHOD = 229;

/** @param {Pick<KeyboardEvent, 'key'|'keyCode'>} event */
export const isOfInputMethod = ({ key, keyCode }) => keyCode === INPUT_METHOD && (key === 'Enter' || key === 'Escape');

globalThis.addEventListener?.('keydown', (event) => isOfInputMethod(event) && event.stopImmediatePropagation(), true);
