/** A problem that concerns the whole chat, with the way out: refused, not stored, or not started yet. */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { retryUnstored } from './chat-commands.js';
import { WidgetPart } from './widget-part.js';
import { problemWords } from './problem-words.js';

export class ProblemBanner extends WidgetPart {
  /** @override */
  render() {
    const { chat } = this;
    const words = problemWords(chat);
    if (!words) return null;
    const button = (/** @type {string} */ name, /** @type {() => void} */ act) =>
      html`<button type="button" class="textbtn" @click=${act}>${name}</button>`;
    return html`<p class="banner danger">${icon('circle-alert')}<span><b>${words.what}</b> ${words.why}</span>${chat.stuck ? button(t('Retry'), () => retryUnstored(chat)) : nothing}${chat.putOff ? button(t('Back to the form'), () => chat.beginning.withdraw()) : nothing}</p>`;
  }
}

customElements.define('chat-alarm', ProblemBanner);
