/** Where a ticket is opened: at what is new, else at its end. */

const ACTS = ['wheel', 'touchstart', 'pointerdown', 'keydown'];
/** After this time, nothing arrives by itself any more. */
const ARRIVES_MS = 10_000;

/** Pictures and lines about mail come later. Until the reader acts, nothing moves because of them. @param {HTMLElement} scroller which is the whole page on a phone @param {HTMLElement} log */
export function opensAtNews(scroller, log) {
  const place = () => {
    log.lastElementChild?.scrollIntoView({ block: 'end' });
    const from = log.querySelector('.newline') ?? [...log.querySelectorAll('article')].at(-1);
    const top = Math.max(0, scroller.getBoundingClientRect().top);
    if (from && from.getBoundingClientRect().top < top) from.scrollIntoView();
  };
  const watch = new ResizeObserver(place);
  watch.observe(log);
  watch.observe(scroller);
  const free = () => watch.disconnect();
  for (const act of ACTS) addEventListener(act, free, { once: true, capture: true, passive: true });
  setTimeout(free, ARRIVES_MS);
}
