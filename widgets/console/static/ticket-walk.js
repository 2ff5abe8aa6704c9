/** Links to the tickets before and after one, in the list that the reader came from. */

import { icon } from '../shared/parts.js';
import { html, render } from '../shared/vendor/lit.js';
import { neighbours } from './ticket-order.js';

/** @param {HTMLElement} place @param {number} number of the ticket */
export function walkFrom(place, number) {
  const beside = neighbours(number);
  if (!beside || beside.of < 2) return;
  render(
    html`<span class="quiet num wide">${beside.place} of ${beside.of}</span>${step(beside.before, 'Previous ticket', 'chevron-up')}${step(beside.after, 'Next ticket', 'chevron-down')}`,
    place,
  );
}

/** @param {number|null} number @param {string} name @param {string} shape */
const step = (number, name, shape) =>
  number
    ? html`<a class="icon-btn" href="/tickets/${number}" aria-label=${name}>${icon(shape)}</a>`
    : html`<span class="icon-btn none" aria-hidden="true">${icon(shape)}</span>`;
