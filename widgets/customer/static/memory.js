/** Small values that this browser keeps for its customer. Without storage they last as long as the page. */

const PREFIX = 'switchboard.customer.';

/** @typedef {'chat'|'guest'|'left'|'listed'|'inside'|'team'|'product'|'name'|'email'|'sound'|'notice'|'locale'|'fields'} Key `listed`: there are conversations; `inside`, of a tab: it was in one; `guest`: the chat, where this browser is an account's and nobody has proven it; `left`: the message that became a ticket, as JSON; `sound`: `off`; `notice`: the chat whose customer wants to be notified; `fields`: a chat and what the site has said of its customer there, as JSON; `locale`: that of the page around, a colon, the one that the customer chose */

export class Memory {
  /** @type {Map<Key, string|null>} */
  #kept = new Map();

  /** @param {Pick<Storage, 'getItem'|'setItem'|'removeItem'>|null} storage null where it is blocked */
  constructor(storage) {
    this.storage = storage;
  }

  /** @param {Key} key @returns {string|null} */
  get(key) {
    try {
      return this.storage ? this.storage.getItem(PREFIX + key) : (this.#kept.get(key) ?? null);
    } catch {
      return this.#kept.get(key) ?? null;
    }
  }

  /** @param {Key} key @param {string|null|undefined} value nothing: forget it */
  set(key, value) {
    this.#kept.set(key, value || null);
    try {
      if (value) this.storage?.setItem(PREFIX + key, value);
      else this.storage?.removeItem(PREFIX + key);
    } catch {
      // Storage full: it holds until the page is left.
    }
  }
}
