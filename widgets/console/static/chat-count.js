/** The number of an agent's chats and of their unread messages, beside the link to the console. */

import { html, nothing } from '../shared/vendor/lit.js';
import { Part } from './work-part.js';

class ChatCount extends Part {
  /** @override */
  render() {
    const { count, unread } = this.work.chats;
    if (!count) return nothing;
    return html`<span class="quiet num">${count}<span class="sr"> held</span></span>${unread ? html`<span class="count">${unread}<span class="sr"> unread</span></span>` : nothing}`;
  }
}

customElements.define('chat-count', ChatCount);
