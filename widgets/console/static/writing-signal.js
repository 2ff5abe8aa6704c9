/** Tells colleagues on a ticket that somebody writes, until 10 s after the last key. */

/** @typedef {{setTimeout: (run: () => void, ms: number) => unknown, clearTimeout: (timer: unknown) => void}} Timers */

const IDLE_MS = 10_000;

/** @type {Timers} */
const BROWSER = {
  setTimeout: (run, ms) => setTimeout(run, ms),
  clearTimeout: (timer) => clearTimeout(/** @type {ReturnType<typeof setTimeout>} */ (timer)),
};

export class WritingSignal {
  #on = false;
  /** @type {unknown} */
  #idle;
  #timers;

  /** @param {(on: boolean) => void} tell @param {Timers} [timers] */
  constructor(tell, timers = BROWSER) {
    this.tell = tell;
    this.#timers = timers;
  }

  /** A key was pressed. */
  touch() {
    this.#timers.clearTimeout(this.#idle);
    this.#idle = this.#timers.setTimeout(() => this.stop(), IDLE_MS);
    if (this.#on) return;
    this.#on = true;
    this.tell(true);
  }

  /** The text was sent or deleted, or the writer is thinking. */
  stop() {
    this.#timers.clearTimeout(this.#idle);
    if (!this.#on) return;
    this.#on = false;
    this.tell(false);
  }

  /** A new connection knows of no writer. */
  again() {
    if (this.#on) this.tell(true);
  }
}
