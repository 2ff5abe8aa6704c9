/** How long an entry of the outbox has been on its way; long is said. */

/** @typedef {{at: number}} Sent when it was written, in ms */

const SLOW_MS = 8_000;

export class Slowness {
  /** Time on an earlier page, or without a connection, does not count. */
  #since = Date.now();
  #online = true;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {() => void} draw it has become long */
  constructor(draw) {
    this.draw = draw;
  }

  /** @param {Sent|undefined} newest under way @param {boolean} online */
  watch(newest, online) {
    if (online && !this.#online) this.#since = Date.now();
    this.#online = online;
    clearTimeout(this.#timer);
    const left = newest && online ? this.#begun(newest) + SLOW_MS - Date.now() : 0;
    if (left > 0) this.#timer = setTimeout(this.draw, left);
  }

  /** @param {Sent} entry */
  of(entry) {
    return this.#online && Date.now() - this.#begun(entry) >= SLOW_MS;
  }

  /** @param {Sent} entry */
  #begun({ at }) {
    return Math.max(at, this.#since);
  }
}
