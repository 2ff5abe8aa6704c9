/** The chat that was on the screen last, kept in this tab: other pages lead back to it. */

export class LastChat {
  #storage;
  #key;

  /** @param {string} me @param {Pick<Storage, 'getItem'|'setItem'>|null} storage of this tab */
  constructor(me, storage) {
    this.#storage = storage;
    this.#key = `switchboard.chat.${me}`;
  }

  /** @returns {string|null} */
  get kept() {
    return this.#storage?.getItem(this.#key) || null;
  }

  /** @param {string} chat */
  keep(chat) {
    try {
      this.#storage?.setItem(this.#key, chat);
    } catch {
      // Storage full: the page begins without a chat.
    }
  }
}
