/** The base class of components that show the state of a page. */

import { LitElement } from './vendor/lit.js';

/** A part of a page, redrawn when its work reports `change`. @template {EventTarget} W */
export class WorkPart extends LitElement {
  /** @type {W|null} */
  #work = null;
  #changed = () => this.requestUpdate();

  constructor() {
    super();
    // It was given its work before its own script was loaded.
    if (!Object.hasOwn(this, 'work')) return;
    const { work } = this;
    Reflect.deleteProperty(this, 'work');
    this.work = work;
  }

  /** @override The page's own styles are the part's. */
  createRenderRoot() {
    return this;
  }

  /** @returns {W} */
  get work() {
    if (!this.#work) throw new Error(`<${this.localName}> was given no work.`);
    return this.#work;
  }

  /** @param {W} work */
  set work(work) {
    this.#work?.removeEventListener('change', this.#changed);
    this.#work = work;
    if (this.isConnected) work.addEventListener('change', this.#changed);
    this.requestUpdate();
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#work?.addEventListener('change', this.#changed);
    // It may have changed while the part was not in the page.
    this.requestUpdate();
  }

  /** @override A part that is gone is not kept by its work. */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#work?.removeEventListener('change', this.#changed);
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
