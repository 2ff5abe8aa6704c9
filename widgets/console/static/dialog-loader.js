/** Loads the dialogs of a page, and opens them as soon as they are there. */

import { lazily } from '../shared/client/lazily.js';
import { the } from '../shared/dom.js';
import { dialogStyle } from './dialog-style.js';

/** Pause before loading is tried again. */
const AGAIN_MS = 2_000;

/** @typedef {'block'|'blocked'|'close'|'finder'|'keys'|'team-chats'|'ticket'|'transfer'} Dialog as in the id of its element, `NAME-part` */

export class Dialogs {
  /** @type {Promise<void>|null} */
  #loaded = null;

  /**
   * @param {Partial<Record<Dialog, object>>} given the properties of each dialog's element
   * @param {() => Promise<unknown>} load defines the elements, and loads their style
   */
  constructor(given, load = () => Promise.all([import('./dialogs.js'), dialogStyle()])) {
    this.given = given;
    this.load = load;
  }

  /** Resolves once they are there. */
  loaded() {
    this.#loaded ??= this.#load();
    return this.#loaded;
  }

  async #load() {
    for (;;) {
      try {
        await lazily(this.load);
        break;
      } catch {
        await new Promise((later) => setTimeout(later, AGAIN_MS));
      }
    }
    for (const [name, properties] of Object.entries(this.given)) Object.assign(the(`${name}-part`), properties);
  }

  /** @param {Dialog} name @param {unknown} [detail] what the dialog is about */
  async open(name, detail) {
    await this.loaded();
    const dialog = the(`${name}-part`);
    await dialog.updateComplete;
    await dialog.open(detail);
  }
}
