/** The way to the first message of a ticket that was opened further down. */

import { element } from '../shared/dom.js';
import { icon } from '../shared/parts.js';
import { html, render } from '../shared/vendor/lit.js';

/** @param {HTMLElement} scroller which is the whole page on a phone */
export function leadsToFirst(scroller) {
  const place = element('p', { class: 'to-first', hidden: '' });
  const top = element('i');
  scroller.before(place);
  scroller.prepend(top);
  const go = () => {
    // The button disappears.
    scroller.focus({ preventScroll: true });
    scroller.scrollTop = 0;
    scrollTo(0, 0);
  };
  render(html`<button type="button" class="btn sm" @click=${go}>${icon('chevron-up')}First message</button>`, place);
  new IntersectionObserver(([{ isIntersecting }]) => {
    place.hidden = isIntersecting;
  }).observe(top);
}
