/** What the closed chat shows beside the button: the newest message that nobody has seen, as text. It is drawn here, so that the page around cannot read it. */

import { icon } from '../shared/parts.js';
import { firstName } from '../shared/people.js';
import { html, nothing } from '../shared/vendor/lit-html.js';
import { t } from '../shared/words.js';
import { Part } from './part.js';

/** px, until it was laid out: a frame that is hidden has no sizes. */
const ABOUT = 96;

export class Peek extends Part {
  #told = 0;

  /** @override */
  firstUpdated() {
    new ResizeObserver(() => this.#tell()).observe(this);
  }

  /** @override */
  updated() {
    this.#tell();
  }

  /** @override */
  render() {
    const { peek } = this.chat;
    const name = firstName(peek?.from.name) || t('Support');
    const said = peek && (peek.text || peek.files?.[0]?.name || '');
    return html`<p class="sr" role="status">${peek ? `${name}: ${said}` : nothing}</p>${peek ? html`<section class="peek" aria-labelledby="peek-title">
      <h1 class="sr" id="peek-title">${t('Unread message')}</h1>
      <button type="button" class="said" @click=${() => this.chat.host.tell('open')}><b dir="auto">${name}</b> <span dir="auto">${said}</span></button>
      <button type="button" class="icon-btn" aria-label=${t('Hide this message')} @click=${() => this.chat.minimise()}>${icon('x')}</button>
    </section>` : nothing}`;
  }

  /** How much room it needs, of the page around. */
  #tell() {
    const box = this.one('.peek');
    const height = box ? box.offsetHeight || ABOUT : 0;
    if (height === this.#told) return;
    this.#told = height;
    this.chat.host.tell('peek', { height });
  }
}

customElements.define('chat-peek', Peek);
