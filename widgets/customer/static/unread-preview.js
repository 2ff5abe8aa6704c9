/**
 * The newest unread message, beside the button of a closed chat. The frame draws it, so that the page around cannot
 * read it.
 */

import { icon } from '../shared/parts.js';
import { plainText } from '../shared/rich-text.js';
import { html } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { WidgetPart } from './widget-part.js';
import { cameWords } from './line-words.js';

/** Height in px until it is laid out: a hidden frame has no sizes. */
const ABOUT = 96;

export class UnreadPreview extends WidgetPart {
  #told = 0;

  /** @override */
  firstUpdated() {
    new ResizeObserver(() => {
      this.#tell();
      this.chat.changed();
    }).observe(this);
  }

  /** @override */
  updated() {
    this.#tell();
  }

  /** @override */
  render() {
    const { peek } = this.chat;
    if (!peek) return null;
    const [name, text] = cameWords(peek);
    const said = plainText(text);
    return html`<section class="peek" aria-labelledby="peek-title">
      <h1 class="sr" id="peek-title">${t('Unread message')}</h1>
      <button type="button" class="said" @click=${this.#open}><b dir="auto">${name}</b> <span dir="auto">${said}</span></button>
      <button type="button" class="icon-btn" aria-label=${t('Hide this message')} @click=${() => this.chat.minimise()}>${icon('x')}</button>
    </section>`;
  }

  #open() {
    const { chat } = this;
    const ticket = chat.came?.ticket;
    if (ticket && ticket !== chat.ticketShown) chat.openTicket(ticket);
    chat.host.tell('open');
  }

  /** Tells the page around how much space the preview needs. */
  #tell() {
    const box = this.one('.peek');
    const height = box ? box.offsetHeight || ABOUT : 0;
    if (height === this.#told) return;
    this.#told = height;
    this.chat.host.tell('peek', { height });
  }
}

customElements.define('chat-peek', UnreadPreview);
