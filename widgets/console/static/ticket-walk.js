/** Links to the tickets before and after one, in the list that the reader came from. */

import { icon } from '../shared/parts.js';
import { html, render } from '../shared/vendor/lit.js';
import { WRITING } from './keyboard.js';
import { nextNow, previousNow } from './next-ticket.js';
import { neighbours } from './ticket-order.js';

const KEY = 'switchboard.tickets.next';

/** @typedef {EventTarget & {said: string, elsewhere?: boolean, ask: typeof import('../shared/http.js').ask, redraw: () => void}} Work */

/** What is said instead, where the list ends. @param {HTMLElement} place @param {Work} work @param {string} words */
function says(place, work, words) {
  work.said = words;
  work.redraw();
  place.querySelector('.num')?.replaceChildren(words);
}

/** Goes to the ticket after or before one that is in the list now, if there is one and the reader has not begun to write. @param {HTMLElement} place @param {number} number @param {Work} work @param {1|-1} by @param {(address: string) => void} [go] */
export async function step(place, number, work, by, go = (address) => location.assign(address)) {
  if (!neighbours(number)) return;
  const to = await (by > 0 ? nextNow : previousNow)(number, work.ask);
  // Who has begun to write meanwhile stays here.
  if (document.activeElement?.closest(WRITING)) return;
  if (to) go(`/tickets/${to}`);
  else says(place, work, `This is the ${by > 0 ? 'last' : 'first'} one`);
}

/** @param {HTMLElement} place @param {number} number of the ticket @param {Work} work reports `sent` after a reply or a note, and `moved` when the reader has moved it away @param {Storage} [storage] @param {(address: string) => void} [go] */
export function walkFrom(place, number, work, storage = localStorage, go = (address) => location.assign(address)) {
  const beside = neighbours(number);
  if (!beside || beside.of < 2) return;
  const goOn = async (/** @type {string} */ done) => {
    if (!storage.getItem(KEY) || work.elsewhere) return;
    const next = await nextNow(number, work.ask);
    if (work.elsewhere) return;
    if (next) return go(`/tickets/${next}`);
    says(place, work, `${done}. This was the last one`);
  };
  work.addEventListener('sent', (event) => {
    // Whoever adds a note often has a reply to write too.
    if (/** @type {CustomEvent} */ (event).detail === 'Sent') void goOn('Sent');
  });
  work.addEventListener('moved', () => void goOn('Moved'));
  /** @param {1|-1} by @param {string} name @param {string} shape @param {number|null} to as it was loaded, for another tab */
  const link = (by, name, shape, to) => {
    const pressed = (/** @type {MouseEvent} */ event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      void step(place, number, work, by, go);
    };
    return html`<a class="icon-btn" href="/tickets/${to ?? number}" aria-label=${name} @click=${pressed}>${icon(shape)}</a>`;
  };
  const none = html`<span class="icon-btn none" aria-hidden="true">${icon('chevron-up')}</span>`;
  render(
    html`<label class="wide"><input type="checkbox" .checked=${Boolean(storage.getItem(KEY))} @change=${(
      /** @type {Event} */ { target },
    ) => {
      if (/** @type {HTMLInputElement} */ (target).checked) storage.setItem(KEY, '1');
      else storage.removeItem(KEY);
    }}> Next after sending</label><span class="quiet num wide">${beside.place} of ${beside.of}</span>${beside.before ? link(-1, 'Previous ticket', 'chevron-up', beside.before) : none}${link(1, 'Next ticket', 'chevron-down', beside.after)}`,
    place,
  );
}
