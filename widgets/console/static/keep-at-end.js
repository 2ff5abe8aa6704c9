/** Keeps a scrolled box at its end when a growing composer takes some of its height. */

const NEAR_END_PX = 80;

/** @param {HTMLElement} scroller laid out from its start or from its end */
function fromEnd({ scrollTop, scrollHeight, clientHeight }, reversed = false) {
  return reversed ? -scrollTop : scrollHeight - clientHeight - scrollTop;
}

/** @param {HTMLElement} scroller laid out from its start */
export const isAtEnd = (scroller) => fromEnd(scroller) < NEAR_END_PX;

/** @param {HTMLElement} scroller @param {() => boolean} [when] does it count just now? */
export function staysAtEnd(scroller, when = () => true) {
  let height = scroller.clientHeight;
  new ResizeObserver(() => {
    const lost = height - scroller.clientHeight;
    height = scroller.clientHeight;
    const reversed = getComputedStyle(scroller).flexDirection === 'column-reverse';
    if (lost > 0 && when() && fromEnd(scroller, reversed) < NEAR_END_PX + lost)
      scroller.scrollTop = reversed ? 0 : scroller.scrollHeight;
  }).observe(scroller);
}
