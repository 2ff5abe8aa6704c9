/** Links to the tickets before and after one, in the list that the reader came from. */

import { icon } from '../shared/parts.js';
import { html, render } from '../shared/vendor/lit.js';
import { nextNow } from './next-ticket.js';
import { neighbours } from './ticket-order.js';

const KEY = 'switchboard.tickets.next';

/** @param {HTMLElement} place @param {number} number of the ticket @param {EventTarget & {said: string, elsewhere?: boolean, ask: typeof import('../shared/http.js').ask, redraw: () => void}} work reports `sent` after a reply or a note, and `moved` when the reader has moved it away @param {Storage} [storage] @param {(address: string) => void} [go] */
export function walkFrom(place, number, work, storage = localStorage, go = (address) => location.assign(address)) {
  const beside = neighbours(number);
  if (!beside || beside.of < 2) return;
  const goOn = async (/** @type {string} */ done) => {
    if (!storage.getItem(KEY) || work.elsewhere) return;
    const next = await nextNow(number, work.ask);
    if (work.elsewhere) return;
    if (next) return go(`/tickets/${next}`);
    work.said = `${done}. This was the last one`;
    work.redraw();
    place.querySelector('.num')?.replaceChildren(work.said);
  };
  work.addEventListener('sent', (event) => {
    // Whoever adds a note often has a reply to write too.
    if (/** @type {CustomEvent} */ (event).detail === 'Sent') void goOn('Sent');
  });
  work.addEventListener('moved', () => void goOn('Moved'));
  render(
    html`<label class="wide"><input type="checkbox" .checked=${Boolean(storage.getItem(KEY))} @change=${(
      /** @type {Event} */ { target },
    ) => {
      if (/** @type {HTMLInputElement} */ (target).checked) storage.setItem(KEY, '1');
      else storage.removeItem(KEY);
    }}> Next after sending</label><span class="quiet num wide">${beside.place} of ${beside.of}</span>${step(beside.before, 'Previous ticket', 'chevron-up')}${step(beside.after, 'Next ticket', 'chevron-down')}`,
    place,
  );
}

/** @param {number|null} number @param {string} name @param {string} shape */
const step = (number, name, shape) =>
  number
    ? html`<a class="icon-btn" href="/tickets/${number}" aria-label=${name}>${icon(shape)}</a>`
    : html`<span class="icon-btn none" aria-hidden="true">${icon(shape)}</span>`;
