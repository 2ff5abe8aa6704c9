/**
 * A conversation on the screen: what is stored, in order, then what is still on its way,
 * then who is typing. Only what changed is touched, so that reading and selecting go on.
 */

import { fill, h } from './dom.js';
import { markup, statusLine, typingMarkup } from './message.js';
import { Story, grouped } from './story.js';

const NEAR_END_PX = 80;

export class Log {
  #stored = [];
  #ids = new Set();
  #readUpto = 0;
  #marks = [];

  /**
   * @param {HTMLElement} list `.log`, inside the box that scrolls
   * @param {HTMLElement} scroller which several conversations may take turns in
   * @param {{viewer: import('./story.js').Viewer, words: import('./story.js').Words, retry?: (id: string) => void, discard?: (id: string) => void}} options
   */
  constructor(list, scroller, { viewer, words, retry, discard }) {
    this.viewer = viewer;
    this.story = new Story(viewer, words);
    this.scroller = scroller;
    this.actions = { retry, discard };
    this.pendingBox = h('div', { class: 'log pending', 'aria-live': 'off' });
    this.typingBox = h('div', { class: 'log', 'aria-hidden': 'true' });
    this.list = list;
    fill(list, this.pendingBox, this.typingBox);
  }

  /** A durable event, in the order of `seq`. @param {boolean} live false while history is replayed */
  add(frame, live) {
    const stay = this.#atEnd() || frame.from?.id === this.viewer.id;
    if (frame.id) this.#ids.add(frame.id);
    for (const item of this.story.add(frame)) this.#append(item, live);
    this.#marksAgain();
    if (stay) this.toEnd();
  }

  /** The unsent, as the outbox has it. @param {Array<{id: string, type: string, fields: object, status: string, refusal?: object, at: number}>} entries @param {boolean} online */
  pending(entries, online) {
    const open = entries.filter((entry) => ['message.send', 'note.add'].includes(entry.type) && !this.#ids.has(entry.id));
    const by = { kind: this.viewer.side, id: this.viewer.id, name: null };
    const items = open.map((entry) => ({
      kind: entry.type === 'note.add' ? 'note' : 'message', key: entry.id, by, own: true, mine: true,
      at: new Date(entry.at ?? Date.now()).toISOString(), text: entry.fields.text, failed: entry.status === 'failed', entry,
    }));
    const stay = this.#atEnd();
    const before = this.#stored.at(-1)?.item;
    fill(this.pendingBox, items.map((item, at) => {
      const place = { first: !grouped(items[at - 1] ?? before, item), last: !grouped(item, items[at + 1]), side: this.viewer.side };
      return markup(item, { ...place, status: this.#pendingStatus(item.entry, online) });
    }));
    this.#closeGroup(items[0]);
    if (stay) this.toEnd();
  }

  /** The other side has read as far as `upto`. */
  reads(upto) {
    if (!(upto > this.#readUpto)) return;
    this.#readUpto = upto;
    this.#marksAgain();
  }

  /** @param {import('./story.js').Sender|null} sender null: nobody */
  typing(sender) {
    const stay = this.#atEnd();
    fill(this.typingBox, sender && typingMarkup(sender));
    if (stay) this.toEnd();
  }

  /** A line that is not stored: the other side's connection is gone. @param {string|null} text */
  aside(text) {
    this.asideLine?.remove();
    this.asideLine = text ? h('p', { class: 'event' }, h('span', {}, text)) : null;
    if (this.asideLine) this.pendingBox.before(this.asideLine);
    if (this.#atEnd()) this.toEnd();
  }

  get empty() {
    return this.#stored.length === 0;
  }

  toEnd() {
    if (this.list.isConnected) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #atEnd() {
    // In a column-reverse box the end is 0 and the past is negative; in a plain one the end is the bottom.
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollTop <= 0 ? scrollTop > -NEAR_END_PX : scrollHeight - clientHeight - scrollTop < NEAR_END_PX;
  }

  #append(item, live) {
    const before = this.#stored.at(-1);
    const joins = grouped(before?.item, item);
    const element = markup(item, { first: !joins, last: true, side: this.viewer.side });
    if (live) element.classList.add('new');
    if (joins) {
      before.element.classList.remove('last');
      before.element.querySelector('.who')?.remove();
    }
    (this.asideLine ?? this.pendingBox).before(element);
    this.#stored.push({ item, element });
  }

  #closeGroup(next) {
    const before = this.#stored.at(-1);
    if (before?.item.kind === 'message' && before.item.mine) before.element.classList.toggle('last', !grouped(before.item, next));
  }

  #pendingStatus(entry, online) {
    if (entry.status !== 'failed') return statusLine(online ? 'sending' : 'offline');
    return statusLine('failed', {
      reason: reasonOf(entry.refusal),
      retry: retryable(entry.refusal) ? () => this.actions.retry?.(entry.id) : undefined,
      discard: () => this.actions.discard?.(entry.id),
    });
  }

  // One tick under the last own message that is stored, two under the last that was read.
  #marksAgain() {
    const own = this.#stored.filter(({ item }) => item.kind === 'message' && item.own);
    const read = own.findLast(({ item }) => item.seq <= this.#readUpto);
    const sent = own.at(-1);
    const wanted = [[read, 'read'], [sent === read ? undefined : sent, 'sent']].filter(([entry]) => entry);
    const same = wanted.length === this.#marks.length && wanted.every(([entry, state], at) => this.#marks[at].entry === entry && this.#marks[at].state === state);
    if (same) return;
    for (const mark of this.#marks) mark.line.remove();
    this.#marks = wanted.map(([entry, state]) => {
      const line = statusLine(state);
      entry.element.append(line);
      return { entry, state, line };
    });
  }
}

/** Why a message was refused, in a few words that fit after "Not sent". */
export function reasonOf(refusal) {
  const reasons = {
    chat_closed: 'this chat is closed', too_large: 'it is too long', forbidden: 'this chat is with a colleague', not_found: 'this chat is gone',
    unavailable: 'it can’t be stored right now', rate_limited: 'too many at once',
  };
  return reasons[refusal?.code] ?? (refusal?.fields?.text ?? refusal?.message ?? '').replace(/\.$/u, '');
}

const retryable = (refusal) => !['chat_closed', 'too_large', 'forbidden', 'not_found', 'invalid'].includes(refusal?.code);
