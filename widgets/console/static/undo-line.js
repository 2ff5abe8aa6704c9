/**
 * The line above the box of a ticket about what the command palette has just changed.
 *
 * @import { Line } from './ticket-undo.js'
 * @import { TicketWork } from './ticket-work.js'
 */

import { element } from '../shared/dom.js';
import { icon } from '../shared/parts.js';
import { html, nothing, render } from '../shared/vendor/lit.js';
import { Undoing } from './ticket-undo.js';

/** @param {TicketWork} work @param {HTMLElement} before the line is drawn before it */
export function undoing(work, before) {
  const place = element('div', { class: 'undoing', role: 'status' });
  before.before(place);
  const found = new Undoing(work, (line) => {
    if (!line && place.contains(document.activeElement)) document.getElementById('reply')?.focus();
    render(line ? drawn(line) : nothing, place);
    if (line?.go) /** @type {HTMLElement|null} */ (place.querySelector('.primary'))?.focus();
  });
  const drawn = (/** @type {Line} */ { words, undo, go }) =>
    html`<p><span dir="auto">${words}</span>${go ? html`<button type="button" class="btn sm primary" @click=${go}>Move it</button>` : nothing}<button type="button" class=${go ? 'btn sm' : 'textbtn'} @click=${undo}>${go ? 'Keep it here' : 'Undo'}</button>${go ? nothing : html`<button type="button" class="icon-btn" aria-label="Dismiss" @click=${() => found.show(null)}>${icon('x')}</button>`}</p>`;
  return found;
}
