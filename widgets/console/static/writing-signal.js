/** Tells colleagues on a ticket that somebody writes, until 10 s after the last key. */

const IDLE_MS = 10_000;

export class WritingSignal {
  #on = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #idle;

  /** @param {(on: boolean) => void} tell */
  constructor(tell) {
    this.tell = tell;
  }

  /** A key was pressed. */
  touch() {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS);
    if (this.#on) return;
    this.#on = true;
    this.tell(true);
  }

  /** The text was sent or deleted, or the writer is thinking. */
  stop() {
    clearTimeout(this.#idle);
    if (!this.#on) return;
    this.#on = false;
    this.tell(false);
  }

  /** A new connection knows of no writer. */
  again() {
    if (this.#on) this.tell(true);
  }
}
