/**
 * A conversation on the screen: what is stored, in order, then what is still on its way,
 * then who is typing. Only what changed is touched, so that reading and selecting go on.
 *
 * @import { Durable, Entry, Refusal, Sender } from './client/types.js'
 * @import { File, Item, Viewer, Words } from './story.js'
 * @typedef {{item: Item, element: HTMLElement}} Shown
 */

import { fill, h } from './dom.js';
import { markup, statusLine, typingMarkup } from './message.js';
import { Story, TAKE_BACK_MS, grouped, mayTakeBack, redactedKey, removed } from './story.js';

const NEAR_END_PX = 80;

export class Log {
  /** @type {Shown[]} */
  #stored = [];
  /** @type {Set<string>} ids of commands that are stored */
  #ids = new Set();
  #readUpto = 0;
  /** @type {Array<{shown: Shown, state: 'read'|'sent', line: HTMLElement}>} */
  #marks = [];
  /** @type {HTMLElement|null} */
  #aside = null;

  /**
   * @param {HTMLElement} list `.log`, inside the box that scrolls
   * @param {HTMLElement} scroller which several conversations may take turns in
   * @param {{viewer: Viewer, words: Words, retry: (id: string) => void, discard: (id: string) => void, remove: (item: Item) => void,
   *   removesAny?: boolean, download?: (file: File) => void}} options `remove`: the reader wants the text of this taken away;
   *   `removesAny`: they may do so with whatever anybody wrote, and at any time
   */
  constructor(list, scroller, { viewer, words, retry, discard, remove, removesAny = false, download }) {
    this.viewer = viewer;
    this.remove = remove;
    this.removesAny = removesAny;
    this.download = download ?? null;
    this.story = new Story(viewer, words);
    this.scroller = scroller;
    this.actions = { retry, discard };
    this.pendingBox = h('div', { class: 'log pending', 'aria-live': 'off' });
    this.typingBox = h('div', { class: 'log', 'aria-hidden': 'true' });
    this.list = list;
    fill(list, this.pendingBox, this.typingBox);
  }

  /** A durable event, in the order of `seq`. @param {Durable} frame @param {boolean} live false while history is replayed */
  add(frame, live) {
    const stay = this.#atEnd() || frame.from?.id === this.viewer.id;
    if (frame.id) this.#ids.add(frame.id);
    if (frame.type === 'message.redacted') this.#redact(frame);
    for (const item of this.story.add(frame)) this.#append(item, live);
    this.#marksAgain();
    if (stay) this.toEnd();
  }

  /** The unsent, as the outbox has it. @param {Entry[]} entries @param {boolean} online */
  pending(entries, online) {
    const open = entries.filter((entry) => ['message.send', 'note.add'].includes(entry.type) && !this.#ids.has(entry.id));
    const items = open.map((entry) => this.#unsent(entry));
    const stay = this.#atEnd();
    const before = this.#stored.at(-1)?.item;
    fill(this.pendingBox, items.map((item, at) => {
      const place = { first: !grouped(items[at - 1] ?? before, item), last: !grouped(item, items[at + 1]), side: this.viewer.side };
      // Of several that wait, the last says so for all.
      const said = item.failed || !items[at + 1] || items[at + 1].failed;
      return markup(item, { ...place, status: said ? this.#unsentStatus(open[at], online) : null });
    }));
    this.#closeGroup(items[0]);
    if (stay) this.toEnd();
  }

  /** The other side has read as far as `upto`. @param {number} upto */
  reads(upto) {
    if (!(upto > this.#readUpto)) return;
    this.#readUpto = upto;
    this.#marksAgain();
  }

  /** @param {Sender|null} sender null: nobody */
  typing(sender) {
    const stay = this.#atEnd();
    fill(this.typingBox, sender && typingMarkup(sender));
    if (stay) this.toEnd();
  }

  /** A line that is not stored: the other side's connection is gone. @param {string|null} text */
  aside(text) {
    if ((this.#aside?.textContent ?? null) === text) return;
    const stay = this.#atEnd();
    this.#aside?.remove();
    this.#aside = text ? h('p', { class: 'event' }, h('span', {}, text)) : null;
    if (this.#aside) this.pendingBox.before(this.#aside);
    if (stay) this.toEnd();
  }

  toEnd() {
    if (this.list.isConnected) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #atEnd() {
    // The box is laid out from its end: there 0 is the end, and what is further up is negative.
    return this.scroller.scrollTop > -NEAR_END_PX;
  }

  /** @param {Entry} entry @returns {Item} */
  #unsent(entry) {
    return {
      kind: entry.type === 'note.add' ? 'note' : 'message', key: entry.id, seq: 0, by: { kind: this.viewer.side, id: this.viewer.id, name: null }, own: true, mine: true,
      at: new Date(entry.at).toISOString(), text: entry.fields.text, failed: entry.status === 'failed',
    };
  }

  /** @param {Item} item @param {boolean} live */
  #append(item, live) {
    const before = this.#stored.at(-1);
    const joins = grouped(before?.item, item);
    const element = this.#drawn(item, { first: !joins, last: true });
    if (live) element.classList.add('new');
    if (joins && before) {
      before.element.classList.remove('last');
      before.element.querySelector('.who')?.remove();
    }
    (this.#aside ?? this.pendingBox).before(element);
    this.#stored.push({ item, element });
  }

  /** @param {Item} item @param {{first: boolean, last: boolean}} group */
  #drawn(item, group) {
    const now = Date.now();
    const may = (item.kind === 'message' || item.kind === 'note') && !item.redacted && (this.removesAny || mayTakeBack(item, now));
    const element = markup(item, { ...group, side: this.viewer.side, remove: may ? () => this.remove(item) : null, download: this.download });
    if (may && !this.removesAny) setTimeout(() => element.querySelector('.act')?.remove(), new Date(item.at).getTime() + TAKE_BACK_MS - now);
    return element;
  }

  /** The text leaves the page; its place stays. @param {Durable} frame */
  #redact(frame) {
    const shown = this.#stored.find(({ item }) => item.key === redactedKey(frame));
    if (!shown) return;
    shown.item = removed(shown.item, frame);
    const { classList } = shown.element;
    const element = this.#drawn(shown.item, { first: classList.contains('first'), last: classList.contains('last') });
    shown.element.replaceWith(element);
    shown.element = element;
    // Its line of ticks went with it.
    this.#marks = this.#marks.filter((mark) => mark.shown !== shown);
  }

  /** @param {Item|undefined} next the first that is unsent */
  #closeGroup(next) {
    const before = this.#stored.at(-1);
    if (before?.item.kind === 'message' && before.item.mine) before.element.classList.toggle('last', !grouped(before.item, next));
  }

  /** @param {Entry} entry @param {boolean} online */
  #unsentStatus(entry, online) {
    if (entry.status !== 'failed') return statusLine(!online ? 'offline' : entry.refusal ? 'again' : 'sending');
    return statusLine('failed', {
      reason: reasonOf(entry.refusal),
      retry: retryable(entry.refusal) ? () => this.actions.retry(entry.id) : undefined,
      discard: () => this.actions.discard(entry.id),
    });
  }

  // One tick under the last own message that is stored, two under the last that was read.
  #marksAgain() {
    const own = this.#stored.filter(({ item }) => item.kind === 'message' && item.own);
    const read = own.findLast(({ item }) => item.seq <= this.#readUpto);
    const sent = own.at(-1);
    /** @type {Array<{shown: Shown, state: 'read'|'sent'}>} */
    const wanted = [];
    if (read) wanted.push({ shown: read, state: 'read' });
    if (sent && sent !== read) wanted.push({ shown: sent, state: 'sent' });
    const same = wanted.length === this.#marks.length && wanted.every(({ shown, state }, at) => this.#marks[at].shown === shown && this.#marks[at].state === state);
    if (same) return;
    for (const mark of this.#marks) mark.line.remove();
    this.#marks = wanted.map(({ shown, state }) => {
      const line = statusLine(state);
      shown.element.append(line);
      return { shown, state, line };
    });
  }
}

/** @type {Record<string, string>} */
const REASONS = {
  chat_closed: 'this chat is closed', too_large: 'it is too long', forbidden: 'this chat is with a colleague', not_found: 'this chat is gone',
  unavailable: 'it can’t be stored right now', rate_limited: 'too many at once', held: 'the one before it was not sent',
};

/** Why a message was refused, in a few words that fit after "Not sent". @param {Refusal|null|undefined} refusal */
export function reasonOf(refusal) {
  return REASONS[refusal?.code ?? ''] ?? (refusal?.fields?.text ?? refusal?.message ?? '').replace(/\.$/u, '');
}

/** @param {Refusal|null} refusal */
const retryable = (refusal) => !['chat_closed', 'too_large', 'forbidden', 'not_found', 'invalid'].includes(refusal?.code ?? '');
