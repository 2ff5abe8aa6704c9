/** Ctrl and Enter press the button of a form. @param {KeyboardEvent} event */
export function confirms(event) {
  const { key, ctrlKey, metaKey, repeat, isComposing, currentTarget } = event;
  if (key !== 'Enter' || !(ctrlKey || metaKey) || repeat || isComposing) return;
  event.preventDefault();
  /** @type {HTMLFormElement} */ (currentTarget).requestSubmit();
}
