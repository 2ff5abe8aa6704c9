/**
 * What an address asks of the console besides a chat, and what people type while a chat is still coming to the screen:
 * that is text for the box of the chat, never a shortcut.
 *
 * @import { Part } from './work-part.js'
 * @typedef {Part & {enter: () => Promise<void>}} Talk the conversation
 */

import { tabStore } from './tab-store.js';

const KEPT = 'switchboard.typed';
/** These take their keys themselves. */
const FIELDS = 'input, textarea, select, [contenteditable], [role=menu]';
/** Where there is no box for the text, keys are shortcuts again once none was pressed for this long. */
const RESTS_MS = 1_000;
/** A browser takes no keys while it goes from page to page, so it goes once nobody has typed for this long. */
const PAUSE_MS = 400;

/**
 * The text after a key; null if the key does not write. Pure.
 * @param {string} text @param {Pick<KeyboardEvent, 'key'|'ctrlKey'|'altKey'|'metaKey'>} event
 */
export function textAfter(text, { key, ctrlKey, altKey, metaKey }) {
  // AltGr, which writes signs, is reported as both.
  if (metaKey || ctrlKey !== altKey) return null;
  // Nobody sends a text that they have not seen.
  if (key === 'Enter') return text;
  if (key === 'Backspace') return text.slice(0, -1);
  return [...key].length === 1 ? text + key : null;
}

/** Takes the keys of a page, from its creation until `end`, Escape or a click. */
export class EarlyText {
  #text = '';
  #ends = new AbortController();
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #rest;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #leaves;
  /** @type {HTMLElement|undefined} */
  #shown;
  #to;
  #store;

  /** @param {{to?: string, store?: Pick<Storage, 'getItem'|'setItem'>|null}} [options] `to`: the address to which this tab goes. The text is for the page there */
  constructor({ to = '', store = tabStore() } = {}) {
    this.#to = to;
    this.#store = to ? store : null;
    if (!to) this.#text = store?.getItem(KEPT) ?? '';
    store?.setItem(KEPT, '');
    document.documentElement.dataset.still = '';
    const { signal } = this.#ends;
    addEventListener('pointerdown', () => this.end(), { signal });
    // The browser's back button brought the page back as it was left.
    addEventListener('pageshow', ({ persisted }) => persisted && this.end(), { signal });
    addEventListener('keydown', (event) => this.#pressed(event), { capture: true, signal });
  }

  get over() {
    return this.#ends.signal.aborted;
  }

  end() {
    clearTimeout(this.#rest);
    clearTimeout(this.#leaves);
    this.#shown?.remove();
    this.#ends.abort();
    delete document.documentElement.dataset.still;
  }

  /** Ends when nobody types any more. */
  rest() {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.end(), RESTS_MS);
  }

  /** Gives the text to the box. @param {HTMLTextAreaElement} box */
  into(box) {
    this.end();
    if (!this.#text) return;
    box.setRangeText(this.#text, box.value.length, box.value.length, 'end');
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { target } = event;
    if (event.isComposing || (target instanceof Element && target.closest(FIELDS))) return;
    if (event.key === 'Escape') {
      if (this.#leaves !== undefined) location.assign(this.#to);
      return this.end();
    }
    const text = textAfter(this.#text, event);
    if (text === null) return;
    event.preventDefault();
    this.#text = text;
    this.#store?.setItem(KEPT, text);
    if (this.#rest !== undefined) this.rest();
    if (this.#to) this.#stay();
  }

  /** Shows the text here until its end. */
  #stay() {
    stop();
    clearTimeout(this.#leaves);
    this.#leaves = setTimeout(() => location.assign(this.#to), PAUSE_MS);
    if (!this.#shown) {
      this.#shown = document.createElement('p');
      this.#shown.className = 'early-text';
      document.body.append(this.#shown);
    }
    this.#shown.textContent = `For the chat: ${this.#text}`;
  }
}

/** That of this page, until a chat has it. @type {EarlyText|null} */
let early = null;
const begins = () => (early ??= new EarlyText());
/** What another page asked for. */
const at = new URLSearchParams(location.hash.slice(1));
if (at.has('write')) begins();

/** Does what the address asks for; afterwards it names the chat alone. @param {Talk} talk */
export function arrives(talk) {
  const { work } = talk;
  const chat = at.get('chat');
  const queue = at.get('queue');
  history.replaceState(null, '', chat ? `#chat=${chat}` : location.pathname);
  // A supervisor sees who waits.
  if (queue) work.lookAt(queue);
  // A supervisor closes a chat from the floor.
  if (at.has('close')) {
    const stop = work.desk.on('resumed', (ok) => {
      if (ok.chat !== chat) return;
      stop();
      work.drawn(() => work.endings.close());
    });
  }
  if (at.has('write')) void enters(talk);
}

/** Puts the focus into the box of the chat that is coming to the screen, and what was typed for it. @param {Talk} talk */
export async function enters(talk) {
  const { work } = talk;
  const text = begins();
  await new Promise((come) => {
    const look = () => {
      if (work.chosen === null && !text.over) return;
      work.removeEventListener('change', look);
      come(null);
    };
    work.addEventListener('change', look);
    // Nobody may show it.
    work.desk.on('error', ({ chat }) => chat && chat === work.wanted && come(null));
    look();
  });
  early = null;
  if (text.over) return;
  // The chat is drawn after this change.
  await new Promise((drawn) => work.drawn(() => drawn(null)));
  await talk.enter();
  const box = talk.querySelector('reply-box:not([hidden]) textarea');
  if (box instanceof HTMLTextAreaElement) text.into(box);
  else text.rest();
}
