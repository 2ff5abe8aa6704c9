/** Web Locks of one origin: one holder a name, the others in line; `steal` and `signal` as in a browser. */

/** @typedef {{grant: () => void, stolen: (error: Error) => void}} Wish */

export class FakeLocks {
  /** @type {Map<string, Wish>} */
  #held = new Map();
  /** @type {Map<string, Wish[]>} */
  #line = new Map();

  /** @param {string} name @param {any} options @param {any} callback @returns {Promise<any>} */
  request(name, { steal = false, signal = undefined }, callback) {
    return new Promise((resolve, reject) => {
      /** @type {Wish} */
      const wish = {
        grant: () => {
          this.#held.set(name, wish);
          Promise.resolve()
            .then(() => callback({ name, mode: 'exclusive' }))
            .then(resolve, reject)
            .finally(() => this.#free(name, wish));
        },
        stolen: reject,
      };
      const line = this.#line.get(name) ?? [];
      this.#line.set(name, line);
      signal?.addEventListener('abort', () => {
        const at = line.indexOf(wish);
        if (at < 0) return;
        line.splice(at, 1);
        reject(signal.reason);
      });
      if (steal) {
        this.#held.get(name)?.stolen(new DOMException('The lock was stolen.', 'AbortError'));
        wish.grant();
      } else if (this.#held.has(name)) line.push(wish);
      else wish.grant();
    });
  }

  /** @param {string} name @param {Wish} wish */
  #free(name, wish) {
    if (this.#held.get(name) !== wish) return;
    this.#held.delete(name);
    this.#line.get(name)?.shift()?.grant();
  }
}
