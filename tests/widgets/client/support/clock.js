/** A clock that goes when it is told to, with its timers. */

export class FakeClock {
  /** @type {Map<number, {at: number, run: () => void}>} */
  #timers = new Map();
  #next = 1;

  constructor(at = 1_700_000_000_000) {
    this.at = at;
    this.now = () => this.at;
    this.setTimeout = (/** @type {() => void} */ run, /** @type {number} */ ms) => {
      this.#timers.set(this.#next, { at: this.at + ms, run });
      return this.#next++;
    };
    this.clearTimeout = (/** @type {number} */ timer) => {
      this.#timers.delete(timer);
    };
  }

  get timers() {
    return this.#timers.size;
  }

  /** @param {number} ms every timer that is due on the way runs at its moment */
  pass(ms) {
    const end = this.at + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due[0]);
      this.at = Math.max(this.at, due[1].at);
      due[1].run();
    }
    this.at = end;
  }
}
