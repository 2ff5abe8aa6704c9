/** The bar above a conversation that waits: the place and the time, or that nobody is there. */

import { icon } from '../shared/parts.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { lineTitle, lineWords, nobodyThere } from './line-words.js';
import { WidgetPart } from './widget-part.js';

export class LineBar extends WidgetPart {
  /** @override */
  render() {
    const { visit } = this.chat;
    if (visit.phase !== 'queued') return null;
    const nobody = nobodyThere(visit);
    const [title, words] = [lineTitle(visit), lineWords(this.chat)];
    return html`<section class=${nobody ? 'line-bar none' : 'line-bar'} aria-label=${t('Your place in line')}>
      <span class="n" aria-hidden="true">${nobody || !visit.position ? icon(nobody ? 'clock' : 'hourglass', 'lg') : visit.position}</span>
      <h2>${title}</h2>${words ? html`<p>${words}</p>` : nothing}
    </section>`;
  }
}

customElements.define('chat-line', LineBar);
