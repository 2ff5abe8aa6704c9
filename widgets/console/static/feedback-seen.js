/**
 * Which feedback of reviews the agent has read in this browser.
 *
 * @typedef {{at: string, answer?: unknown}} Dated `at`: RFC 3339, UTC. `answer`: that of the agent
 */

export class FeedbackSeen {
  /** @param {string} me the person's id @param {Pick<Storage, 'getItem'|'setItem'>|null} storage */
  constructor(me, storage) {
    this.key = `feedback-seen:${me}`;
    this.storage = storage;
  }

  /** The number of those that came since. Who has answered has read it, perhaps in another browser. @param {Dated[]} list */
  unseen(list) {
    const last = this.storage?.getItem(this.key) ?? '';
    return list.filter(({ at, answer }) => at > last && !answer).length;
  }

  /** @param {Dated[]} list */
  see(list) {
    const last = list
      .map(({ at }) => at)
      .sort()
      .at(-1);
    if (last) this.storage?.setItem(this.key, last);
  }
}
