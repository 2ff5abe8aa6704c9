/**
 * Decides when to alert the agent, by a sound or a system notification, and repeats it until somebody answers. Pure:
 * ringing and showing are passed in.
 *
 * @typedef {{chat: string, name: string, text: string, owed: boolean, offered?: boolean}} Call `owed`: nobody has answered that chat so far; `offered`: it is not theirs yet
 * @typedef {{ring: () => void, show: (call: Call) => void, hide: (chat: string) => void}} Ways `show`: a notice in the place of the one before
 */

/** A first response is repeated more often than the next one. */
const OWED_EVERY_MS = 15_000;
const UNREAD_EVERY_MS = 60_000;

export class Alerts {
  /** Time of the last alert, by chat. @type {Map<string, number>} ms */
  #said = new Map();
  /** @type {Set<string>} */
  #shown = new Set();

  /** @param {Ways} ways */
  constructor(ways) {
    this.ways = ways;
  }

  /**
   * @param {Call[]} calls all that nobody has answered
   * @param {{now: number, looking: boolean, at: string|null, alarms?: number}} where `looking`: somebody looks at the page; `at`: the chat on the
   *   screen; `alarms`: how many alarms are heard now, and how many replies became due or late
   */
  update(calls, { now, looking, at, alarms = 0 }) {
    const open = new Set(calls.map(({ chat }) => chat));
    for (const chat of this.#said.keys()) if (!open.has(chat)) this.#answered(chat);
    const due = calls.filter((call) => this.#isDue(call, { now, seen: looking && call.chat === at }));
    for (const call of due) {
      this.#said.set(call.chat, now);
      if (looking) continue;
      this.#shown.add(call.chat);
      this.ways.show(call);
    }
    if (due.length || alarms) this.ways.ring();
  }

  /** @param {Call} call @param {{now: number, seen: boolean}} where */
  #isDue({ chat, owed }, { now, seen }) {
    const said = this.#said.get(chat);
    // A chat that appears on the screen by itself also rings once; after that the agent sees it and needs no
    // reminder.
    if (said === undefined) return owed || !seen;
    return !seen && now - said >= (owed ? OWED_EVERY_MS : UNREAD_EVERY_MS);
  }

  /** @param {string} chat */
  #answered(chat) {
    this.#said.delete(chat);
    if (this.#shown.delete(chat)) this.ways.hide(chat);
  }
}
