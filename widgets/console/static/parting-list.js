/** What became of chats that are an agent's no longer, above the list that they are gone from: said once, and gone after a while. */

import { icon } from '../shared/parts.js';
import { html, repeat } from '../shared/vendor/lit.js';
import { Part } from './part.js';

class PartingList extends Part {
  /** @override */
  render() {
    // Of the one on the screen it is said there.
    const shown = [...this.work.handing.partings].filter(
      ([chat]) => chat !== this.work.chosen || !this.work.handing.attends(),
    );
    return html`<div role="status"><ul class="partings">${repeat(
      shown,
      ([chat]) => chat,
      ([chat, { words }]) =>
        html`<li>${icon('arrow-right-left')}<span>${words}</span><button type="button" class="icon-btn" aria-label="Dismiss" @click=${() => this.work.handing.seen(chat)}>${icon('x')}</button></li>`,
    )}</ul></div>`;
  }
}

customElements.define('parting-list', PartingList);
