/**
 * Holds a reply for some seconds in the page before it is sent, so that it can be taken back. Nothing has left the browser
 * until then. Each person chooses the seconds in this browser. It draws nothing.
 *
 * @typedef {{changed: () => void, send: () => void, later?: (then: () => void, ms: number) => unknown, now?: () => number}} Given
 */

/** What can be chosen; 0 sends at once. */
export const SECONDS = [0, 5, 10];
const SECOND = 1_000;
/** The seconds left are drawn this often. */
const TICK_MS = 250;

/** The choice of a person. */
export class UndoChoice {
  /** @param {string} person @param {Storage|null} storage */
  constructor(person, storage) {
    this.key = `switchboard.undo_send.${person}`;
    this.storage = storage;
  }

  get seconds() {
    try {
      const kept = Number(this.storage?.getItem(this.key));
      return SECONDS.includes(kept) ? kept : 0;
    } catch {
      return 0;
    }
  }

  /** @param {number} seconds */
  set seconds(seconds) {
    try {
      this.storage?.setItem(this.key, String(seconds));
    } catch {
      // Storage full or blocked: replies are sent at once.
    }
  }
}

export class UndoSend {
  /** When it is sent; null if nothing is held. @type {number|null} */
  #due = null;
  #given;
  #now;
  #later;

  /** @param {Given} given `send`: the time is over */
  constructor({ later = setTimeout, now = Date.now, ...given }) {
    this.#given = given;
    // Called without their object.
    this.#later = (/** @type {() => void} */ then, /** @type {number} */ ms) => later(then, ms);
    this.#now = now;
  }

  get holding() {
    return this.#due !== null;
  }

  /** Whole seconds until it is sent. */
  get left() {
    return this.#due === null ? 0 : Math.max(1, Math.ceil((this.#due - this.#now()) / SECOND));
  }

  /** @param {number} seconds */
  hold(seconds) {
    this.#due = this.#now() + seconds * SECOND;
    this.#given.changed();
    this.#tick(this.#due);
  }

  /** @param {number} due */
  #tick(due) {
    this.#later(() => {
      if (this.#due !== due) return;
      if (this.#now() < due) {
        this.#given.changed();
        return this.#tick(due);
      }
      this.drop();
      this.#given.send();
    }, TICK_MS);
  }

  /** Nothing is held any more. */
  drop() {
    if (this.#due === null) return;
    this.#due = null;
    this.#given.changed();
  }
}
