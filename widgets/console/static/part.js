/** What the parts of the console have in common: an agent's work, of which each draws a part again whenever it changes. */

import { LitElement } from '../shared/vendor/lit.js';

/** @import { Work } from './work.js' */

export class Part extends LitElement {
  /** @type {Work|null} */
  #work = null;
  #changed = () => this.requestUpdate();

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @returns {Work} */
  get work() {
    if (!this.#work) throw new Error(`<${this.localName}> was given no work.`);
    return this.#work;
  }

  /** @param {Work} work */
  set work(work) {
    this.#work?.removeEventListener('change', this.#changed);
    this.#work = work;
    work.addEventListener('change', this.#changed);
    this.requestUpdate();
  }

  /** @override Before it is given any there is nothing to draw. */
  shouldUpdate() {
    return this.#work !== null;
  }

  /**
   * The one element that a selector finds in it.
   * @template {Element} E @param {string} selector @param {new () => E} kind @returns {E}
   */
  one(selector, kind) {
    const found = this.renderRoot.querySelector(selector);
    if (!(found instanceof kind)) throw new Error(`<${this.localName}> has no ${selector}.`);
    return found;
  }
}
