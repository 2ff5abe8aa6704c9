/**
 * Formatting and emoji in every text box of staff. Ctrl and a letter format the selection. The menu of emoji is loaded with
 * the first colon, or with its button.
 */

import { lazily } from '../shared/client/lazily.js';
import { dialogStyle } from './dialog-style.js';
import { formatOf, formatted } from './formatting.js';
import { MAC } from './keyboard.js';

/** @import { Format } from './formatting.js' */
/** @import { WritingMenu } from './writing-menu.js' */

const BOX = '.compose > textarea';

/** Replaces a text, as typing does: the browser can undo it. @param {HTMLTextAreaElement} box @param {string} text @param {number} start @param {number} end of the selection then */
export function rewrite(box, text, start, end) {
  const { value } = box;
  let same = 0;
  while (same < Math.min(value.length, text.length) && value[same] === text[same]) same += 1;
  let tail = 0;
  const most = Math.min(value.length, text.length) - same;
  while (tail < most && value.at(-1 - tail) === text.at(-1 - tail)) tail += 1;
  box.focus();
  box.setSelectionRange(same, value.length - tail);
  const piece = text.slice(same, text.length - tail);
  const done = document.execCommand(piece ? 'insertText' : 'delete', false, piece);
  if (!done || box.value !== text) {
    box.value = text;
    box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  box.setSelectionRange(start, end);
}

/** @param {HTMLTextAreaElement} box @param {Format} format */
export function formats(box, format) {
  const { value, selectionStart, selectionEnd } = box;
  const { text, start, end } = formatted(format, { text: value, start: selectionStart, end: selectionEnd });
  rewrite(box, text, start, end);
}

/** @type {Promise<WritingMenu>|null} */
let loading = null;

function menu() {
  loading ??= lazily(() => Promise.all([import('./writing-menu.js'), dialogStyle()])).then(
    ([{ writingMenu }]) => writingMenu(),
    (fault) => {
      loading = null;
      throw fault;
    },
  );
  return loading;
}

/** The text box of staff, if it is one. @param {EventTarget|null} target */
const boxOf = (target) => (target instanceof HTMLTextAreaElement && target.matches(BOX) ? target : null);

/** Opens the menu for a text box. @param {HTMLTextAreaElement|null} box */
export function opensAids(box) {
  if (box)
    menu().then(
      (one) => one.browse(box),
      () => {},
    );
}

document.addEventListener('input', ({ target }) => {
  const box = boxOf(target);
  if (loading || !box || !/(?:^|\s):\S/u.test(box.value)) return;
  menu().then(
    (one) => one.look(box),
    () => {},
  );
});
document.addEventListener('keydown', (event) => {
  const box = boxOf(event.target);
  const format = box && formatOf(event, MAC);
  if (!box || !format) return;
  // Also of a key that is held: the browser has commands of its own on it.
  event.preventDefault();
  if (!event.repeat) formats(box, format);
});
