/** What every view of the widget is: a component in the page's own DOM, drawn again whenever the chat has changed. */

import { LitElement } from '../shared/vendor/lit.js';

export class Part extends LitElement {
  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super();
    this.chat = chat;
    chat.on('change', () => this.requestUpdate());
  }

  /** @override */
  createRenderRoot() {
    return this;
  }

  /** Where the focus goes when this view comes up. @returns {HTMLElement|null} */
  get first() {
    return null;
  }

  /** It has just come up. */
  shown() {}

  /** @param {string} selector @returns {HTMLElement|null} */
  one(selector) {
    return this.querySelector(selector);
  }
}
