/**
 * The status that a person's last reply set, for the next one. Kept in this browser; without storage it lasts as long as
 * the page.
 */

/** Statuses that need nothing else, so that they can be set without another look. */
const REMEMBERED = new Set(['open', 'awaiting_reply']);

export class SendAs {
  #now = '';

  /** @param {string} person @param {Storage|null} storage */
  constructor(person, storage) {
    this.key = `switchboard.send_as.${person}`;
    this.storage = storage;
    try {
      this.#now = storage?.getItem(this.key) ?? '';
    } catch {
      this.#now = '';
    }
  }

  /** Empty where there is none. */
  get status() {
    return REMEMBERED.has(this.#now) ? this.#now : '';
  }

  /** @param {string} status of a reply that was sent */
  sent(status) {
    if (!REMEMBERED.has(status)) return;
    this.#now = status;
    try {
      this.storage?.setItem(this.key, status);
    } catch {
      // Storage full or blocked: it holds until the page is left.
    }
  }
}
