/** The time that a reviewer takes for a chat, kept in this browser. */

const KEPT = 20;
/** Before anything was measured, seconds. */
const AT_FIRST_S = 33;
/** Whoever takes longer did something else, seconds. */
const LONGEST_S = 600;

export class ReviewPace {
  /** @type {{ticket: number, at: number}|null} */
  #begun = null;
  /** @type {number[]} */
  #seconds = [];
  /** Of this page: how many were judged, and since when. */
  count = 0;
  /** @type {number|null} */
  startedAt = null;

  /** @param {string} person @param {Storage|null} storage @param {() => number} now */
  constructor(person, storage, now) {
    this.key = `switchboard.review-pace.${person}`;
    this.storage = storage;
    this.now = now;
    try {
      const kept = JSON.parse(storage?.getItem(this.key) ?? '[]');
      if (Array.isArray(kept)) this.#seconds = kept.filter(Number.isFinite).slice(-KEPT);
    } catch {
      this.#seconds = [];
    }
  }

  /** @param {number|null} ticket */
  begin(ticket) {
    this.startedAt ??= this.now();
    this.#begun = ticket === null ? null : { ticket, at: this.now() };
  }

  /** @param {number} ticket */
  end(ticket) {
    this.count += 1;
    if (this.#begun?.ticket !== ticket) return;
    const seconds = (this.now() - this.#begun.at) / 1000;
    if (seconds > LONGEST_S) return;
    this.#seconds = [...this.#seconds, Math.round(seconds)].slice(-KEPT);
    try {
      this.storage?.setItem(this.key, JSON.stringify(this.#seconds));
    } catch {
      // It lasts as long as the page.
    }
  }

  /** Seconds for so many chats, by the median of the last ones. @param {number} chats */
  secondsFor(chats) {
    const sorted = [...this.#seconds].sort((a, b) => a - b);
    return chats * (sorted[Math.floor(sorted.length / 2)] ?? AT_FIRST_S);
  }

  /** How long this page was worked on, ms. */
  get lasted() {
    return this.startedAt === null ? 0 : this.now() - this.startedAt;
  }
}
