/** The way back to the list of conversations. */

import { icon } from '../shared/parts.js';
import { html } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { WidgetPart } from './widget-part.js';

export class Back extends WidgetPart {
  /** @override */
  render() {
    const { home } = this.chat;
    if (!home.isBehind) return null;
    return html`<button type="button" class="icon-btn" aria-label=${t('Your conversations')} title=${t('Your conversations')} @click=${() => home.show()}>${icon('chevron-left', 'lg')}</button>`;
  }
}

customElements.define('chat-back', Back);
