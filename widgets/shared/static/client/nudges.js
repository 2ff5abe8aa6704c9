/**
 * Checks that the leading tab is awake. A background tab has slow timers, and a frozen tab has none, so the visible tab
 * asks, and takes over if there is no answer.
 */

/** Pause between two nudges. */
const NUDGE_MS = 4_000;
/** Unanswered nudges after which the leading tab counts as frozen. */
const NUDGES = 2;

export class Nudges {
  #unanswered = 0;
  /** @type {unknown} */
  #timer = null;

  /** @param {{env: import('./types.js').Env, needed: () => boolean, nudge: (eager: boolean) => void, seize: () => void}} given */
  constructor({ env, needed, nudge, seize }) {
    this.env = env;
    this.needed = needed;
    this.nudge = nudge;
    this.seize = seize;
  }

  /** The leading tab has sent something. */
  answered() {
    this.#unanswered = 0;
  }

  /** @param {boolean} [eager] somebody has just turned to this tab */
  ask(eager = false) {
    this.stop();
    if (!this.needed() || this.env.document?.visibilityState === 'hidden') return;
    if (this.#unanswered >= NUDGES) {
      this.#unanswered = 0;
      this.seize();
    } else {
      this.#unanswered += 1;
      this.nudge(eager);
    }
    this.#timer = this.env.setTimeout(() => this.ask(), NUDGE_MS);
  }

  stop() {
    this.env.clearTimeout(this.#timer);
  }
}
