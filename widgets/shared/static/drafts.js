/** Unsent texts, kept per chat over a reload. Without storage they last as long as the page. */

export class Drafts {
  /** @type {Map<string, string>} */
  #kept = new Map();

  /** @param {string} scope @param {import('./client/storage.js').StorageLike|null} storage */
  constructor(scope, storage) {
    this.prefix = `switchboard.draft.${scope}.`;
    this.storage = storage;
  }

  /** @param {string} key @returns {string} empty where there is none */
  get(key) {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    let text = '';
    try {
      text = this.storage?.getItem(this.prefix + key) ?? '';
    } catch {
      text = '';
    }
    this.#kept.set(key, text);
    return text;
  }

  /** @param {string} key @param {string} text */
  set(key, text) {
    this.#kept.set(key, text);
    try {
      if (text) this.storage?.setItem(this.prefix + key, text);
      else this.storage?.removeItem(this.prefix + key);
    } catch {
      // Storage full or blocked: the draft lives as long as the page.
    }
  }

  /** Appends to the existing text. @param {string} key @param {string[]} texts */
  add(key, texts) {
    const kept = this.get(key);
    this.set(key, [kept, ...texts.filter((text) => !kept.includes(text))].filter(Boolean).join('\n\n'));
  }

  /** The desk has stored this text, so it is no longer a draft, in any tab. @param {string|null} text */
  drop(text) {
    if (text) this.clear((kept) => kept === text);
  }

  /** Removes all drafts, of every tab. @param {(text: string|null) => boolean} [only] those that it is true of */
  clear(only = () => true) {
    for (const [key, kept] of this.#kept) if (only(kept)) this.set(key, '');
    try {
      const keys = Array.from({ length: this.storage?.length ?? 0 }, (_, at) => this.storage?.key(at) ?? '');
      for (const key of keys)
        if (key.startsWith(this.prefix) && only(this.storage?.getItem(key) ?? null))
          this.set(key.slice(this.prefix.length), '');
    } catch {
      // Storage is blocked: nothing is stored.
    }
  }
}

/** The browser's storage; null if it is blocked, as in some third-party frames. */
export const localStore = () => store('localStorage');

/** The storage of this tab. */
export const tabStore = () => store('sessionStorage');

/** @param {'localStorage'|'sessionStorage'} name @returns {Storage|null} */
function store(name) {
  try {
    const found = window[name];
    found.getItem('switchboard');
    return found;
  } catch {
    return null;
  }
}
