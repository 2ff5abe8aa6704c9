/** The shape of a table of the floor, until the first frame arrives. */

import { html } from '../shared/vendor/lit.js';

/** @param {string} title @param {number} rows */
export function skeleton(title, rows) {
  return html`<section class="sheet bones" aria-label=${title} aria-busy="true"><header><h2>${title}</h2></header>
    ${Array.from({ length: rows }, () => html`<p aria-hidden="true"><i class="bone"></i><i class="bone"></i><i class="bone"></i><i class="bone"></i></p>`)}</section>`;
}
