/** Storage that outlives the page: localStorage, or memory if it is blocked or full. */

/** @typedef {Pick<Storage, 'getItem'|'setItem'|'removeItem'|'key'|'length'>} StorageLike */

/** One scope's part of a storage. Never throws. */
export class Kept {
  /** @type {Map<string, string>} what the storage would not take */
  #memory = new Map();
  #storage;
  #prefix;

  /** @param {string} prefix put before every name @param {StorageLike|null|undefined} storage null: in memory only; left out: the browser's */
  constructor(prefix, storage) {
    this.#prefix = prefix;
    this.#storage = storage === undefined ? browsers() : storage;
  }

  /** @param {string} name @returns {string|null} */
  get(name) {
    const kept = this.#memory.get(name);
    if (kept !== undefined) return kept;
    try {
      return this.#storage?.getItem(this.#prefix + name) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    try {
      if (!this.#storage) throw new Error('There is no storage.');
      this.#storage.setItem(this.#prefix + name, value);
      this.#memory.delete(name);
    } catch {
      this.#memory.set(name, value);
    }
  }

  /** @param {string} name */
  remove(name) {
    this.#memory.delete(name);
    try {
      this.#storage?.removeItem(this.#prefix + name);
    } catch {
      // Storage that cannot be reached cannot be read later either.
    }
  }

  /** @param {string} start @returns {string[]} the names that begin with it */
  names(start) {
    const names = new Set([...this.#memory.keys()].filter((name) => name.startsWith(start)));
    try {
      const storage = this.#storage;
      for (let at = 0; storage && at < storage.length; at += 1) {
        const name = this.nameOf(storage.key(at));
        if (name?.startsWith(start)) names.add(name);
      }
    } catch {
      // Storage is blocked: only memory is left.
    }
    return [...names];
  }

  /** @param {string|null} key of the whole storage @returns {string|null} the name here; null where it is somebody else's */
  nameOf(key) {
    return key?.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : null;
  }
}

/** @returns {StorageLike|null} */
function browsers() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}
