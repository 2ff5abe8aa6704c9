/**
 * Which feedback of reviews the agent has read in this browser.
 *
 * @typedef {{at: string}} Dated `at`: RFC 3339, UTC
 */

export class FeedbackSeen {
  #key;

  /** @param {string} me the person's id @param {Pick<Storage, 'getItem'|'setItem'>|null} storage */
  constructor(me, storage) {
    this.#key = `feedback-seen:${me}`;
    this.storage = storage;
  }

  /** The number of those that came since. @param {Dated[]} list */
  unseen(list) {
    const last = this.storage?.getItem(this.#key) ?? '';
    return list.filter(({ at }) => at > last).length;
  }

  /** @param {Dated[]} list */
  see(list) {
    const last = list
      .map(({ at }) => at)
      .sort()
      .at(-1);
    if (last) this.storage?.setItem(this.#key, last);
  }
}
