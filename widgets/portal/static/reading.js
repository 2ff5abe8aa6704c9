/** Marks the part of an article that is being read in its table of contents. */

/** @param {HTMLElement} contents */
export function markReading(contents) {
  const links = [...contents.querySelectorAll('a')];
  const headings = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));

  function mark() {
    const last = headings.findLastIndex((one) => one && one.getBoundingClientRect().top < innerHeight / 3);
    links.forEach((link, at) => {
      if (at === Math.max(0, last)) link.setAttribute('aria-current', 'location');
      else link.removeAttribute('aria-current');
    });
  }

  const seen = new IntersectionObserver(mark, { rootMargin: '0px 0px -66% 0px' });
  for (const one of headings) if (one) seen.observe(one);
  mark();
}
