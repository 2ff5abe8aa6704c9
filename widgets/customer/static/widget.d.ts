/** What a page may ask of the chat that `widget.js` puts on it. Calls made before the script has loaded wait for it:
 *
 *      window.Switchboard ??= Object.assign((...call) => Switchboard.q.push(call), { q: [] });
 *
 *  On a page that has a `Switchboard` of its own, that stays, and the chat answers to `SwitchboardChat`.
 *  A call that cannot be meant throws a TypeError that says why. Until page-calls.js is loaded, calls wait, and the
 *  browser's console has the TypeError. */
export interface Switchboard {
  /** Shows the chat. */
  (command: 'open'): void;
  /** Hides the chat; what was written stays. */
  (command: 'close'): void;
  /** Shows the button and the preview of new messages. */
  (command: 'show'): void;
  /** Hides them, and the chat. */
  (command: 'hide'): void;
  /** What the page knows of the customer, such as a plan or an order: agents see it with the next chat. Numbers become
   *  texts, and null takes one away. At most 20 texts of 500 characters, with names of 100. */
  (command: 'set', what: { fields: Record<string, string | number | boolean | null> }): void;
  /** Changes the language: `en`, `fr` or `es`, optionally with a region. */
  (command: 'locale', locale: string): void;
  /** Shows the chat with its form filled in. The customer reads it and sends it; a chat under way is shown as it is. */
  (command: 'start', first?: First): void;
  /** Who the customer is, by a proof that the page's own server signed: a JWT, or what gets one when it is needed. */
  (command: 'identify', who: { token: string | (() => string | Promise<string>) }): void;
  /** The response of an outside challenge that the page shows: good for one proof, where the desk asks for one. */
  (command: 'challenge', token: string): void;
  /** The customer has signed out of the page: the next chat is somebody else's. */
  (command: 'signOut'): void;
  /** Calls `listener` whenever that happens, until what is returned is called. */
  <Name extends keyof Happenings>(command: 'on', name: Name, listener: (what: Happenings[Name]) => void): () => void;
}

/** What a chat begins with. Texts are cut to what the desk takes. */
export interface First {
  /** A team's key, as in `data-team`. */
  team?: string;
  /** A product of that team, as it is shown. */
  product?: string;
  text?: string;
  name?: string;
  email?: string;
}

export interface Happenings {
  /** The chat is shown. */
  open: Record<string, never>;
  /** It is hidden. */
  close: Record<string, never>;
  /** How many messages have come that nobody has seen. */
  unread: { count: number };
  /** A chat is under way: from the first message on, and on every page until it ends. */
  start: Record<string, never>;
  /** It is over. */
  end: Record<string, never>;
}

declare global {
  interface Window {
    Switchboard?: Switchboard;
    SwitchboardChat?: Switchboard;
  }
}
