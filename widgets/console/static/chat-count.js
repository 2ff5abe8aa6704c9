/** What waits for an agent, beside the link to the console: the chats that need them, and offered ones. */

import { html, nothing } from '../shared/vendor/lit.js';
import { Part } from './work-part.js';

class ChatCount extends Part {
  /** @override */
  render() {
    const { chats, handovers } = this.work;
    const offered = handovers.offers.open.length;
    const { needing, unread } = chats;
    if (!needing && !offered) return nothing;
    const late = chats.groups(this.work.now()).owed.some(({ timer }) => timer.tone === 'over');
    const said = [
      needing && `${needing} waiting`,
      unread && `${unread} unread`,
      offered && `${offered} offered to you`,
      late && 'first response overdue',
    ].filter(Boolean);
    return html`<span class=${late ? 'count late' : 'count'}><span aria-hidden="true">${needing + offered}</span><span class="sr">${said.join(', ')}</span></span>`;
  }
}

customElements.define('chat-count', ChatCount);
