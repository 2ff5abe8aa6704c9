/** Typing indicators: sends one without a frame per key, and shows the other side's. */

const TELL_EVERY_MS = 3_000;
/** Where the other side sees the text. */
const PREVIEW_EVERY_MS = 1_000;
const IDLE_MS = 5_000;
const LAPSE_MS = 6_000;

/** Tells the other side. */
export class TypingSignal {
  #toldAt = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #idle;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #later;

  /** @param {(on: boolean) => void} tell @param {() => boolean} [previews] the text goes along, so the last one is told too */
  constructor(tell, previews = () => false) {
    this.tell = tell;
    this.previews = previews;
  }

  /** A key was pressed. */
  touch(now = Date.now()) {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), IDLE_MS);
    clearTimeout(this.#later);
    const left = this.#toldAt + (this.previews() ? PREVIEW_EVERY_MS : TELL_EVERY_MS) - now;
    if (left <= 0) this.#told(now);
    else if (this.previews()) this.#later = setTimeout(() => this.#told(now + left), left);
  }

  /** @param {number} now */
  #told(now) {
    this.#toldAt = now;
    this.tell(true);
  }

  /** The text was sent or deleted, or the writer is thinking. */
  stop() {
    clearTimeout(this.#idle);
    clearTimeout(this.#later);
    if (!this.#toldAt) return;
    this.#toldAt = 0;
    this.tell(false);
  }
}

/** True if the event ends the typing of this side. @param {import('./client/types.js').Durable} frame @param {'customer'|'staff'} side */
export const endsTyping = ({ type, from }, side) =>
  type === 'chat.closed' || (type === 'message' && from.kind === side);

/** Shows the other side, until it stops or has been silent for a while. */
export class TypingSign {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #lapse;

  /** @param {(sender: import('./client/types.js').Sender|null) => void} show */
  constructor(show) {
    this.show = show;
  }

  /** @param {import('./client/types.js').Frame} frame `typing` */
  on(frame) {
    clearTimeout(this.#lapse);
    if (!frame.on) return this.off();
    this.show(frame.from);
    this.#lapse = setTimeout(() => this.off(), LAPSE_MS);
  }

  off() {
    clearTimeout(this.#lapse);
    this.show(null);
  }
}
