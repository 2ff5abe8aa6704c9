/**
 * One tab of a scope holds the socket for all of them: the tab with the Web Lock. When it goes, the browser gives the
 * lock to the next. Tabs talk over a BroadcastChannel.
 *
 * Without locks or channels each tab is alone and has its own socket.
 */

/** @import { Env, Notice, Request } from './types.js' */

/** @typedef {Request|Notice} Message */

export class Tabs {
  /** @type {BroadcastChannel|null} */
  #channel = null;
  /** @type {object|null} the wish for the lock that counts; an older one's outcome does not matter */
  #turn = null;
  /** @type {AbortController|null} */
  #waiting = null;
  /** @type {(() => void)|null} */
  #release = null;
  #name;
  #env;
  #on;

  /** @param {{name: string, env: Env, on: {lead: () => void, follow: () => void, heard: (message: Message) => void}}} options */
  constructor({ name, env, on }) {
    this.#name = name;
    this.#env = env;
    this.#on = on;
  }

  /** No other tab can be reached. */
  get alone() {
    return this.#channel === null;
  }

  /** Joins the tabs. `lead` is called at once if this tab is alone. */
  join() {
    if (this.#turn) return;
    this.#open();
    if (this.alone) this.#leadAlone();
    else this.#queue();
  }

  /** Lets the next tab lead, and stops listening. */
  leave() {
    this.#turn = null;
    this.#letGo();
    this.#channel?.close();
    this.#channel = null;
  }

  /** Takes the lock from a leading tab that does not answer. */
  seize() {
    if (!this.#turn || this.alone) return;
    this.#letGo();
    this.#queue({ steal: true });
  }

  /** @param {Message} message to all the others */
  post(message) {
    this.#channel?.postMessage(message);
  }

  #open() {
    const { locks, BroadcastChannel } = this.#env;
    if (!locks || !BroadcastChannel) return;
    try {
      this.#channel = new BroadcastChannel(this.#name);
      this.#channel.onmessage = ({ data }) => this.#on.heard(data);
    } catch {
      // A frame without storage has no channel either.
      this.#channel = null;
    }
  }

  #letGo() {
    this.#waiting?.abort();
    this.#waiting = null;
    this.#release?.();
    this.#release = null;
  }

  /** @param {{steal?: boolean}} [how] */
  #queue({ steal = false } = {}) {
    const turn = {};
    this.#turn = turn;
    this.#waiting = steal ? null : new AbortController();
    const options = steal ? { steal: true } : { signal: /** @type {AbortController} */ (this.#waiting).signal };
    const held = () => (this.#turn === turn ? this.#hold() : undefined);
    /** @type {Promise<unknown>} */
    const asked = Promise.resolve().then(() =>
      this.#turn === turn ? this.#env.locks?.request(this.#name, options, held) : undefined,
    );
    asked.catch((/** @type {Error} */ error) => this.#lost(turn, error));
  }

  #hold() {
    this.#waiting = null;
    /** @type {Promise<void>} */
    const until = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.#on.lead();
    return until;
  }

  /** @param {object} turn @param {Error} error */
  #lost(turn, error) {
    if (this.#turn !== turn) return;
    this.#release = null;
    if (error.name === 'AbortError') {
      // The lock was stolen, because this tab seemed dead. It is a follower now.
      this.#on.follow();
      this.#queue();
    } else {
      // Locks are denied here.
      this.#channel?.close();
      this.#channel = null;
      this.#leadAlone();
    }
  }

  #leadAlone() {
    this.#turn = {};
    this.#on.lead();
  }
}
