/** The number of new texts of feedback for an agent, in the bar. Nothing while it is not known. */

import { pageData, the } from '../shared/dom.js';
import { localStore } from '../shared/drafts.js';
import { ask } from '../shared/http.js';
import { LitElement, html, nothing } from '../shared/vendor/lit.js';
import { FeedbackNews } from './feedback-news.js';
import { FeedbackSeen } from './feedback-seen.js';

class FeedbackCount extends LitElement {
  #news = new FeedbackNews({
    ask,
    seen: new FeedbackSeen(pageData().me.id, localStore()),
    changed: () => this.requestUpdate(),
  });
  #unlisten = () => {};
  #stored = (/** @type {StorageEvent} */ { key }) => this.#news.stored(key);

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    // The part beside it, which every page with this count has.
    this.#unlisten = this.#news.follow(the('chat-count').work.desk);
    addEventListener('storage', this.#stored);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#unlisten();
    removeEventListener('storage', this.#stored);
  }

  /** @override */
  render() {
    const count = this.#news.unseen;
    if (!count) return nothing;
    return html`<span class="count"><span aria-hidden="true">${count}</span><span class="sr">${count} new from reviews</span></span>`;
  }
}

customElements.define('feedback-count', FeedbackCount);
