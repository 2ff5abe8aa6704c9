/**
 * The chosen rows of the list of tickets: their boxes, the bar above the rows, and its keys.
 *
 * @import { BulkWork } from './bulk-work.js'
 * @import { Settings } from './settings.js'
 * @import { Ticket } from '../shared/types.js'
 */

import { icon } from '../shared/parts.js';
import { html, live, nothing } from '../shared/vendor/lit.js';
import { WRITING } from './keyboard.js';

/** @param {BulkWork} bulk @param {Ticket[]} tickets the rows */
export function boxOfAll(bulk, tickets) {
  const numbers = tickets.map(({ number }) => number);
  const count = numbers.filter((number) => bulk.chosen.has(number)).length;
  return html`<label class="box"><span class="sr">Choose all rows</span><input type="checkbox" .checked=${live(count > 0 && count === numbers.length)} .indeterminate=${count > 0 && count < numbers.length} @change=${() => bulk.toggleAll(numbers)}></label>`;
}

/** @param {BulkWork} bulk @param {Ticket[]} tickets the rows @param {number} number */
export function boxOf(bulk, tickets, number) {
  const clicked = (/** @type {MouseEvent} */ { shiftKey }) =>
    bulk.toggle(number, shiftKey ? tickets.map((ticket) => ticket.number) : undefined);
  return html`<label class="box"><span class="sr">Choose ticket ${number}</span><input type="checkbox" .checked=${live(bulk.chosen.has(number))} @click=${clicked}></label>`;
}

/** @param {BulkWork} bulk @param {{shown: number, more: boolean, all: () => void, change: () => void}} on `more`: the list has more pages */
export function bar(bulk, { shown, more, all, change }) {
  if (bulk.state === 'stopped' && bulk.left.length)
    return html`<div class="bulk-bar"><b>A change stopped with ${bulk.left.length.toLocaleString('en-US')} to go</b><span class="end"><button type="button" class="btn sm primary" @click=${change}>Continue</button></span></div>`;
  const { size } = bulk.chosen;
  if (!size)
    return bulk.fault
      ? html`<div class="bulk-bar"><span class="wrong" role="alert">${bulk.fault}</span></div>`
      : nothing;
  return html`<div class="bulk-bar" role="group" aria-label="Chosen tickets"><b role="status">${size.toLocaleString('en-US')} chosen${bulk.more ? ', the first that match' : ''}</b>
    ${more && size <= shown ? html`<button type="button" class="btn plain sm" @click=${all}>Choose all that match</button>` : nothing}
    <span class="end"><button type="button" class="btn plain sm" @click=${() => bulk.choose()}>${icon('x')}Clear</button><button type="button" class="btn sm primary" @click=${change}>Change <kbd class="kbd">E</kbd></button></span></div>`;
}

/** `X` chooses the row with the focus. @param {() => void} pick @param {Settings} settings */
export function listenForPicks(pick, settings) {
  addEventListener('keydown', (event) => {
    const { target, code, shiftKey, ctrlKey, metaKey, altKey, isComposing, repeat } = event;
    if (code !== 'KeyX' || shiftKey || ctrlKey || metaKey || altKey || isComposing || repeat) return;
    const writing = target instanceof HTMLElement && target.closest(WRITING) !== null;
    if (event.defaultPrevented || writing || !settings.now.singleKeys || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    pick();
  });
}
