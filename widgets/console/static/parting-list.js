/**
 * Messages about chats that an agent no longer has, above the list. Each is announced once and disappears after a
 * while.
 */

import { icon } from '../shared/parts.js';
import { html, repeat } from '../shared/vendor/lit.js';
import { Part } from './work-part.js';

class PartingList extends Part {
  /** @override */
  render() {
    // The chat on the screen shows its own message.
    const shown = [...this.work.handovers.partings].filter(
      ([chat]) => chat !== this.work.chosen || !this.work.handovers.attends(),
    );
    return html`<div role="status"><ul class="partings">${repeat(
      shown,
      ([chat]) => chat,
      ([chat, { words }]) =>
        html`<li>${icon('arrow-right-left')}<span>${words}</span><button type="button" class="icon-btn" aria-label="Dismiss" @click=${() => this.work.handovers.seen(chat)}>${icon('x')}</button></li>`,
    )}</ul></div>`;
  }
}

customElements.define('parting-list', PartingList);
