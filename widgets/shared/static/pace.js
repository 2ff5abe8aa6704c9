/** Limits drawing to once per frame, so that a replay of hundreds of events is drawn once. */

const FRAME_MS = 16;

/**
 * Not with `requestAnimationFrame`, because a background page also updates its title.
 * @param {() => void} draw @param {number} [ms] @returns {() => void} draws so soon, once for however many calls
 */
export function paced(draw, ms = FRAME_MS) {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    setTimeout(() => {
      due = false;
      draw();
    }, ms);
  };
}
