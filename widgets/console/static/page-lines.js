/** Lines above a page of staff, over everything else. */

import { html, render } from '../shared/vendor/lit.js';
import { showOver } from './over-dialogs.js';

const place = document.createElement('div');
place.popover = 'manual';
place.className = 'card float';
Object.assign(place.style, { inset: '3.5rem 0 auto', margin: '0 auto', padding: '0', border: '0' });

/** @param {unknown} said a template @returns {HTMLElement} the line, to remove */
export function lineOnPage(said) {
  const line = document.createElement('div');
  render(html`<p class="banner danger" role="alert">${said}</p>`, line);
  place.append(line);
  showOver(place);
  return line;
}
