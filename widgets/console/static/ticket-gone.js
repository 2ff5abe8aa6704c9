/** What is shown in place of a ticket that went to a team whose tickets the reader does not see. */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit.js';

/** @param {import('./ticket-work.js').TicketWork} work */
export function goneWords({ number, writing: { text } }) {
  return html`<div class="empty">${icon('ticket')}<h2>You can’t see this ticket any more</h2><p>#${number} went to a team that you’re not on. Ask its team or your supervisor if you still need it.</p>${
    text
      ? html`<p class="unsent" dir="auto">${text}</p><p>What you wrote wasn’t sent. It’s kept in this browser.</p><button type="button" class="btn" @click=${(/** @type {Event} */ event) => copy(event, text)}>Copy text</button>`
      : nothing
  }<a class="btn" href="/tickets">All tickets</a></div>`;
}

/** @param {Event} event @param {string} text */
async function copy({ currentTarget }, text) {
  const button = /** @type {HTMLElement} */ (currentTarget);
  await navigator.clipboard.writeText(text);
  button.textContent = 'Copied';
}
