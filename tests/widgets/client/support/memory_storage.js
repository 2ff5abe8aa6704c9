/** A localStorage without a browser. Several desks that share one are tabs of one origin. */

export class MemoryStorage {
  /** @type {Map<string, string>} */
  #items = new Map();
  /** Full: nothing more can be set. */
  full = false;

  get length() {
    return this.#items.size;
  }

  /** @param {number} at */
  key(at) {
    return [...this.#items.keys()][at] ?? null;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#items.get(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    if (this.full) throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    this.#items.set(key, value);
  }

  /** @param {string} key */
  removeItem(key) {
    this.#items.delete(key);
  }

  /** @param {string} part @returns {string[]} the values that have it */
  valuesWith(part) {
    return [...this.#items.values()].filter((value) => value.includes(part));
  }

  /** @param {string} part @returns {string[]} the keys that have it */
  keysWith(part) {
    return [...this.#items.keys()].filter((key) => key.includes(part));
  }
}
