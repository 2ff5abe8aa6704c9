/** The bar above a conversation that waits: the place and the time, or that nobody is there. */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { lineTitle, lineWords, nobodyThere } from './line-words.js';
import { LineNotice } from './line-notice.js';
import { WidgetPart } from './widget-part.js';

export class LineBar extends WidgetPart {
  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super(chat);
    this.notice = new LineNotice(chat);
  }

  /** @override */
  render() {
    const { visit } = this.chat;
    if (visit.phase !== 'queued') return null;
    const nobody = nobodyThere(visit);
    const [title, words] = [lineTitle(visit), lineWords(this.chat)];
    return html`<section class=${nobody ? 'line-bar none' : 'line-bar'} aria-label=${t('Your place in line')}>
      <span class="n" aria-hidden="true">${nobody || !visit.position ? icon(nobody ? 'clock' : 'hourglass', 'lg') : visit.position}</span>
      <h2>${title}</h2>${words ? html`<p>${words}</p>` : nothing}${this.#tells()}
    </section>`;
  }

  /** A notification of the system, for who asks for it. */
  #tells() {
    const { notice } = this;
    notice.look();
    if (notice.offered)
      return html`<p><button type="button" class="textbtn" @click=${() => notice.ask()}>${t('Tell me when someone joins')}</button></p>`;
    if (notice.refused) return html`<p role="status">${t('Your browser shows no notifications from this page.')}</p>`;
    return notice.on ? html`<p role="status">${t('You get a notification when someone joins.')}</p>` : nothing;
  }
}

customElements.define('chat-line', LineBar);
