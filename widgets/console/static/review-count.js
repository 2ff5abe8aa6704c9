/** The number of chats that wait for this supervisor's review, in the bar. Nothing while it is not known. */

import { say } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';

const AGAIN_MS = 300_000;

class ReviewCount extends HTMLElement {
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;

  connectedCallback() {
    this.classList.add('quiet', 'num');
    void this.read();
    this.#timer = setInterval(() => void this.read(), AGAIN_MS);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  async read() {
    try {
      const { data } = await ask('GET', '/api/reviews/due');
      say(this, data.due ? String(data.due) : '');
    } catch (why) {
      if (!(why instanceof Refused)) throw why;
      say(this, '');
    }
  }
}

customElements.define('review-count', ReviewCount);
