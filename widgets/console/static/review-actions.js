/**
 * Maps keys to what they do in the review, by place on the keyboard. Pure.
 *
 * @typedef {'right'|'correct'|'yes'|'feedback'|'save'|'next'|'before'|'gap'|'page'|'aside'|'undo'|'ticket'} Named
 */

/** @type {Record<string, Named>} */
const KEYS = {
  KeyA: 'right',
  KeyC: 'correct',
  KeyY: 'yes',
  KeyF: 'feedback',
  Enter: 'save',
  NumpadEnter: 'save',
  KeyJ: 'next',
  KeyK: 'before',
  KeyG: 'gap',
  Space: 'page',
  KeyS: 'aside',
  KeyZ: 'undo',
  KeyO: 'ticket',
};
/** A focused button or link has its own use for these. */
const OF_CONTROLS = new Set(['Enter', 'NumpadEnter', 'Space']);

/**
 * @param {Pick<KeyboardEvent, 'code'|'ctrlKey'|'metaKey'|'altKey'|'shiftKey'|'repeat'|'isComposing'>} key
 * @param {{writing: boolean, control: boolean, single: boolean}} at `writing`: the focus is where text is; `control`: on a button or a link
 * @returns {Named|number|null} a number: that row of the scorecard
 */
export function reviewAction(key, { writing, control, single }) {
  if (key.repeat || key.isComposing || key.ctrlKey || key.metaKey || key.altKey || key.shiftKey) return null;
  if (writing || (control && OF_CONTROLS.has(key.code))) return null;
  // Enter saves even where single keys are off: it is the page's main button.
  if (!single && !key.code.endsWith('Enter')) return null;
  const [, row] = /^Digit([1-6])$/u.exec(key.code) ?? [];
  return row ? Number(row) : (KEYS[key.code] ?? null);
}
