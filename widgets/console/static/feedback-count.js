/** The number of new texts of feedback for an agent, in the bar. Nothing while it is not known. */

import { pageData } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { Refused, ask } from '../shared/http.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { FeedbackSeen } from './feedback-seen.js';

const AGAIN_MS = 300_000;

class FeedbackCount extends LitElement {
  #count = 0;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  // Another tab has read it.
  #seen = () => void this.#read();

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    void this.#read();
    this.#timer = setInterval(() => void this.#read(), AGAIN_MS);
    addEventListener('storage', this.#seen);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    removeEventListener('storage', this.#seen);
  }

  async #read() {
    try {
      const { data } = await ask('GET', '/api/reviews/feedback');
      this.#count = new FeedbackSeen(pageData().me.id, localStore()).unseen(data);
      this.requestUpdate();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
    }
  }

  /** @override */
  render() {
    if (!this.#count) return nothing;
    return html`<span class="count"><span aria-hidden="true">${this.#count}</span><span class="sr">${this.#count} new from reviews</span></span>`;
  }
}

customElements.define('feedback-count', FeedbackCount);
