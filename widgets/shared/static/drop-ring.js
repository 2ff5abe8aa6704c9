/** Shows where a file that is dragged over the page may be dropped. */

/** Browsers report a drag at least this often. */
const OVER_MS = 500;
/** @type {WeakMap<HTMLElement, ReturnType<typeof setTimeout>>} */
const timers = new WeakMap();

/** @param {DragEvent} event whose element takes the files @param {string} words */
export function ring(event, words) {
  const box = /** @type {HTMLElement} */ (event.currentTarget);
  clearTimeout(timers.get(box));
  box.dataset.drop = words;
  const over = () => delete box.dataset.drop;
  timers.set(box, setTimeout(over, OVER_MS));
  box.addEventListener('drop', over, { once: true });
}
