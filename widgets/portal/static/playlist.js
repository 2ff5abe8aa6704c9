/** A playlist: dragging its steps into another order. The buttons do the same without scripts. */

import './copying.js';
import './portal.js';
import './printing.js';
import { ofTheBrowser, showStopped } from './places.js';

showStopped(document, ofTheBrowser());

const list = document.querySelector('ol[data-order]');
if (list instanceof HTMLElement && list.querySelector('.mv form')) {
  list.dataset.drag = '';
  /** @type {HTMLElement | null} */
  let held = null;
  for (const row of list.children) if (row instanceof HTMLElement) row.draggable = true;
  list.addEventListener('dragstart', (event) => {
    held = event.target instanceof HTMLElement ? event.target.closest('li') : null;
    held?.classList.add('drag');
    event.dataTransfer?.setData('text/plain', '');
  });
  list.addEventListener('dragover', (event) => {
    const over = event.target instanceof Element ? event.target.closest('li') : null;
    if (!held || !over || over.parentElement !== list) return;
    event.preventDefault();
    const after = over.compareDocumentPosition(held) & Node.DOCUMENT_POSITION_PRECEDING;
    if (over !== held) list.insertBefore(held, after ? over.nextSibling : over);
  });
  list.addEventListener('dragend', () => {
    const item = held;
    held?.classList.remove('drag');
    held = null;
    if (item) void save(list, item);
  });
}

/** Store the place of a step, and show the page again. @param {HTMLElement} order @param {HTMLElement} row */
async function save(order, row) {
  const body = new URLSearchParams({ do: `move:${row.dataset.item}`, to: String([...order.children].indexOf(row)) });
  await fetch(order.dataset.order ?? '', { method: 'POST', body, redirect: 'manual' });
  location.replace(`${order.dataset.order}?edit`);
}
