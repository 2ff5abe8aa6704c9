/**
 * The number of new texts of feedback for an agent, in the bar. Nothing while it is not known.
 *
 * @import { Frame } from '../shared/client/types.js'
 */

import { pageData, the } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { Refused, ask } from '../shared/http.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { FeedbackSeen } from './feedback-seen.js';

class FeedbackCount extends LitElement {
  #count = 0;
  #unlisten = () => {};
  #reading = false;
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
    // The part beside it, which every page with this count has.
    const { desk } = the('chat-count').work;
    const unlisten = [
      desk.on('news', (/** @type {Frame} */ { type }) => type === 'review.feedback' && this.#read()),
      // News was missed while there was no connection. The first one comes while the page reads.
      desk.on('hello', () => this.#reading || this.#read()),
    ];
    this.#unlisten = () => {
      for (const end of unlisten) end();
    };
    addEventListener('storage', this.#seen);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#unlisten();
    removeEventListener('storage', this.#seen);
  }

  async #read() {
    this.#reading = true;
    try {
      const { data } = await ask('GET', '/api/reviews/feedback');
      this.#count = new FeedbackSeen(pageData().me.id, localStore()).unseen(data);
      this.requestUpdate();
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
    } finally {
      this.#reading = false;
    }
  }

  /** @override */
  render() {
    if (!this.#count) return nothing;
    return html`<span class="count"><span aria-hidden="true">${this.#count}</span><span class="sr">${this.#count} new from reviews</span></span>`;
  }
}

customElements.define('feedback-count', FeedbackCount);
