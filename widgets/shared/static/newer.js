/**
 * What came while somebody reads earlier messages is told, not scrolled to.
 *
 * @import { Template } from './parts.js'
 */

import { icon } from './parts.js';
import { html, nothing } from './vendor/lit-html.js';
import { n, t } from './words.js';

/** @param {Event} event */
const keepFocus = (event) => event.preventDefault();

/**
 * A button at the foot of a log.
 * @param {import('./log.js').Log|null|undefined} log @param {number} count of messages that were not in view
 * @param {() => void} focus where the focus goes if it was on the button, which disappears
 * @returns {Template|typeof nothing}
 */
export function newer(log, count, focus) {
  if (!count || !log?.away) return nothing;
  const shown = (/** @type {Event} */ { currentTarget }) => {
    if (document.activeElement === currentTarget) focus();
    log.toEnd();
  };
  const words = count > 1 ? n('{count} new message', '{count} new messages', count) : t('New message');
  return html`<div class="newer"><button type="button" @mousedown=${keepFocus} @click=${shown}>${words}${icon('arrow-down')}</button></div>`;
}
