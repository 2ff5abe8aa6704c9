/**
 * A page with a Chat button of its own. The floating button is hidden while the page's own is in view, unless a chat is
 * under way or a message is unread.
 *
 * @typedef {(command: string, first?: string|object, listener?: (what: {count: number}) => void) => void} Switchboard as in widget.d.ts
 */

const page = /** @type {{Switchboard?: Switchboard}} */ (/** @type {unknown} */ (globalThis));

/** Calls the chat. Calls made before `widget.js` has loaded wait for it. @type {Switchboard} */
export function calling(...call) {
  /** @type {unknown[][]} */
  const q = [];
  page.Switchboard ??= Object.assign((/** @type {unknown[]} */ ...later) => void q.push(later), { q });
  page.Switchboard(...call);
}

export class ChatButton {
  #chat;
  #inView = true;
  #open = false;
  #underWay = false;
  #unread = 0;
  /** `widget.js` begins with `data-button="none"`. */
  #shown = false;

  /** @param {Switchboard} chat */
  constructor(chat) {
    this.#chat = chat;
    chat('on', 'open', () => this.#is({ open: true }));
    chat('on', 'close', () => this.#is({ open: false }));
    chat('on', 'start', () => this.#is({ underWay: true }));
    chat('on', 'end', () => this.#is({ underWay: false }));
    chat('on', 'unread', ({ count }) => this.#is({ unread: count }));
  }

  /** The page's own button came into view, or went. @param {boolean} inView */
  seen(inView) {
    this.#is({ inView });
  }

  /** @param {{inView?: boolean, open?: boolean, underWay?: boolean, unread?: number}} what */
  #is({ inView = this.#inView, open = this.#open, underWay = this.#underWay, unread = this.#unread }) {
    this.#inView = inView;
    this.#open = open;
    this.#underWay = underWay;
    this.#unread = unread;
    // To hide the button would close an open chat.
    if (open) return;
    const shown = !inView || underWay || unread > 0;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#chat(shown ? 'show' : 'hide');
  }
}
