/** The shape of a table of the floor, until the first frame arrives. */

import { html } from '../shared/vendor/lit.js';

/** @param {string} id @param {string} title @param {number} rows */
export function skeleton(id, title, rows) {
  return html`<section class="sheet bones" id=${id} tabindex="-1" aria-label=${title} aria-busy="true"><header><h2>${title}</h2></header>
    ${Array.from({ length: rows }, () => html`<p aria-hidden="true"><i class="bone"></i><i class="bone"></i><i class="bone"></i><i class="bone"></i></p>`)}</section>`;
}
