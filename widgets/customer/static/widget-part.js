/**
 * Base class of the widget's views: a component in the page's own DOM that is redrawn when the chat changes. It has the
 * names and the order of Lit's components, as far as the widget needs them.
 *
 * @typedef {import('lit').TemplateResult} Template
 */

import { render } from '../shared/vendor/lit-html.js';

export class WidgetPart extends HTMLElement {
  #due = false;
  #drawn = false;
  /** Settled once the current state is drawn. @type {Promise<void>} */
  updateComplete = Promise.resolve();

  /** @param {import('./chat.js').Chat} chat */
  constructor(chat) {
    super();
    this.chat = chat;
    chat.on('change', () => this.requestUpdate());
  }

  connectedCallback() {
    this.requestUpdate();
  }

  /** Redraws once for all changes of a task. A view that is not on the page is drawn when it gets there. */
  requestUpdate() {
    if (this.#due || !this.isConnected) return;
    this.#due = true;
    this.updateComplete = Promise.resolve().then(() => this.#draw());
  }

  #draw() {
    try {
      this.willUpdate();
      render(this.render(), this, { host: this });
    } finally {
      this.#due = false;
    }
    if (!this.#drawn) this.firstUpdated();
    this.#drawn = true;
    this.updated();
  }

  willUpdate() {}

  /** @returns {Template|null} */
  render() {
    return null;
  }

  firstUpdated() {}

  /** @returns {void|Promise<void>} */
  updated() {}

  /** The element that gets the focus when this view appears. @returns {HTMLElement|null} */
  get first() {
    return null;
  }

  /** The view has just appeared. */
  shown() {}

  /** @param {string} selector @returns {HTMLElement|null} */
  one(selector) {
    return this.querySelector(selector);
  }
}
