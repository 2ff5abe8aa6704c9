/**
 * The service level targets of a ticket, in its head. They turn amber before they are due, and red after.
 *
 * @import { TicketWork } from './ticket-work.js'
 */

import { element } from '../shared/dom.js';
import { long } from '../shared/moments.js';
import { icon } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';
import { targetsOf } from './due-words.js';

/** Times such as "in 4 min" are redrawn this often. */
const REDRAW_MS = 30_000;

/** @param {Element} titles @param {TicketWork} work @param {() => number} [now] */
export function showsTargets(titles, work, now = Date.now) {
  const place = element('p', { class: 'due' });
  const draw = () => {
    const found = work.ticket ? targetsOf(work.ticket, now()) : [];
    place.hidden = !found.length;
    render(
      found.map(
        ({ name, words, look, at }) =>
          html`<span class="tag ${look}" title=${at ? long(at) : nothing}>${icon(look === 'late' ? 'circle-alert' : 'hourglass')}${name} ${words}</span>`,
      ),
      place,
    );
  };
  titles.append(place);
  work.addEventListener('change', draw);
  setInterval(draw, REDRAW_MS);
  draw();
}
