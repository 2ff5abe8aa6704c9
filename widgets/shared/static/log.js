/**
 * A conversation on the screen: stored messages in order, then those being sent, then who is typing. Of a long one only
 * the newest items are drawn, and more as the reader scrolls. Unchanged items stay untouched, so that reading and
 * selecting are not disturbed.
 *
 * @import { Durable, Entry, Sender } from './client/types.js'
 * @import { File, Item, Viewer, Words } from './story.js'
 * @typedef {{item: Item, joins: boolean, live: boolean}} Told `joins`: it belongs to the group of the one before it
 * @typedef {{story: Story, told: Told[]}} Part
 * @typedef {{item: Item, joins: boolean, live: boolean, entry?: Entry}} Row `entry`: refused, it stays where it was written
 * @typedef {{viewer: Viewer, words: Words, retry: (id: string) => void, edit?: (entry: Entry) => void, discard: (id: string) => void, remove: (item: Item) => void,
 *   removesAny?: boolean, download?: (file: File) => void, preview?: (image: HTMLImageElement, file: File) => void, fileOf?: (id: string) => File|undefined,
 *   addTo?: (entry: Entry, ticket: number) => void, earlier?: () => void, keep?: number, endsPast?: boolean, whispers?: () => boolean}} Options
 *   `edit`: a refused text goes back into the box; `remove`: the reader wants the text of this taken away; `removesAny`: they
 *   may do so with whatever anybody wrote, and at any time; `fileOf`: what is known of a file that is under way; `addTo`: what was refused goes to the ticket that the chat became;
 *   `earlier`: the reader wants what came before the first that this log was told (see `isPart`); `keep`: how many are kept at most
 *   while nobody reads the past, for who can tell them again; `endsPast`: after the past comes `whole()`, and then it is drawn;
 *   `whispers`: a note that is under way is a supervisor's to the agent
 */

import { lazily } from './client/lazily.js';
import { element } from './dom.js';
import { LogUnsent } from './log-unsent.js';
import { statusLine, template, typingMarkup } from './message.js';
import { paced } from './pace.js';
import { Story, TAKE_BACK_MS, grouped, mayTakeBack, redactedKey, removed } from './story.js';
import { html, nothing, render } from './vendor/lit-html.js';
import { guard, ref, repeat } from './vendor/lit-lists.js';
import { markedAbove, ticked } from './log-extras.js';
import { t } from './words.js';

const NEAR_END_PX = 80;
/** Drawing waits at most this long while more history arrives. */
const PAST_MS = 150;
/** Items drawn at first, and added each time. */
const WINDOW = 120;
/** Distance from the top of the drawn items at which more are drawn. */
const AHEAD = '800px';

/** Where there is no pointer, a tap on a message shows what can be done with it. @param {MouseEvent} event */
function tapped({ target }) {
  if (matchMedia('(hover: none)').matches) lazily(() => import('./bubble-menu.js')).then(({ pick }) => pick(t, target));
}

/** Of a whole message, the text is copied as it was typed. @param {ClipboardEvent} event */
function copied(event) {
  const selection = getSelection();
  const bubble = selection?.anchorNode?.parentElement?.closest('.bubble');
  const { raw, textContent } = /** @type {Element & {raw?: string}} */ (bubble ?? {});
  if (!raw || !bubble?.contains(selection?.focusNode ?? null) || `${selection}`.length < textContent.length) return;
  event.clipboardData?.setData('text/plain', raw);
  event.preventDefault();
}

export class Log {
  /** There are earlier items than this log has. */
  isPart = false;
  /** @type {Part} */
  #now;
  /** @type {Part|null} what takes its place once all of it is told */
  #coming = null;
  #readUpto = 0;
  #window = WINDOW;
  #unsent;
  /** The drawn items, from the first. @type {Item[]} */
  #drawnItems = [];
  /** Some items are not drawn yet. */
  #behind = false;
  /** @type {string|null} */
  #aside = null;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #again;
  /** @type {Element|null} */
  #top = null;

  /**
   * @param {HTMLElement} list `.log`, inside the box that scrolls
   * @param {HTMLElement} scroller which several conversations may take turns in
   * @param {Options} options
   */
  constructor(list, scroller, options) {
    this.list = list;
    this.scroller = scroller;
    this.options = options;
    this.#unsent = new LogUnsent(options, () => this.draw());
    this.#now = this.#nothing();
    this.toldBox = element('div', { class: 'log' });
    this.asideBox = element('div', { class: 'log' });
    this.pendingBox = element('div', { class: 'log pending', 'aria-live': 'off' });
    this.typingBox = element('div', { class: 'log', 'aria-hidden': 'true' });
    list.addEventListener('click', tapped);
    list.addEventListener('copy', copied);
    list.replaceChildren(this.toldBox, this.asideBox, this.pendingBox, this.typingBox);
    this.drawSoon = paced(() => this.draw());
    this.drawPast = options.endsPast ? paced(() => this.#behind && this.draw(), PAST_MS) : this.drawSoon;
    this.nearTop = new IntersectionObserver(
      (seen) => seen.some(({ isIntersecting }) => isIntersecting) && this.#more(),
      { root: scroller, rootMargin: `${AHEAD} 0px 0px` },
    );
  }

  /** A durable event, in the order of `seq`. @param {Durable} frame @param {boolean} live false while history is replayed */
  add(frame, live) {
    const stay = live && (this.#atEnd() || frame.from?.id === this.options.viewer.id);
    if (frame.id) this.#unsent.stored(frame.id);
    this.#tell(this.#now, frame, live);
    if (this.#coming) this.#tell(this.#coming, frame, false);
    this.#forgetOldest();
    if (live) {
      this.draw();
      if (stay) this.toEnd();
    } else {
      this.#behind = true;
      if (this.toldBox.firstElementChild) this.drawPast();
      else this.drawSoon();
    }
  }

  /** A line that is no event, after all that was told. @param {Item} item */
  put(item) {
    for (const part of [this.#now, this.#coming]) part?.told.push({ item, joins: false, live: false });
    this.#behind = true;
    this.drawSoon();
  }

  /** A line above an event of the chat, in place of the one before. @param {number} seq 0: no line @param {(event: Item) => Item} line */
  markAbove(seq, line) {
    for (const part of [this.#now, this.#coming]) if (part) markedAbove(part.told, seq, line);
    this.drawSoon();
  }

  /** All events come again from the first. The current items stay until `whole`. */
  rereads() {
    this.#coming = this.#nothing();
  }

  /** All history has arrived. */
  whole() {
    if (!this.#coming) {
      if (this.#behind) this.draw();
      return;
    }
    this.#now = this.#coming;
    this.#coming = null;
    this.isPart = false;
    this.#window += WINDOW;
    this.draw();
    // If little was added above, its place is still near: it is checked again.
    this.#watchTop(this.#top ?? undefined);
  }

  /** Nobody looks at the page, so a long log keeps only its newest items. */
  rest() {
    this.#window = WINDOW;
    this.#coming = null;
    this.#forgetOldest();
  }

  /** Unsent entries of the outbox. @param {Entry[]} entries @param {boolean} online */
  pending(entries, online) {
    const stay = this.#atEnd();
    if (!this.#unsent.takes(entries, online, this.#now.told.at(-1)?.item.seq)) return;
    this.draw();
    if (stay) this.toEnd();
  }

  /** The other side has read as far as `upto`. @param {number} upto */
  reads(upto) {
    if (!(upto > this.#readUpto)) return;
    this.#readUpto = upto;
    this.drawSoon();
  }

  /** @param {Sender|null} sender null: nobody @param {string} [preview] what they have so far, where staff may see it */
  typing(sender, preview = '') {
    const stay = this.#atEnd();
    render(sender ? typingMarkup(sender, preview) : nothing, this.typingBox);
    if (stay) this.toEnd();
  }

  /** A line that is not stored: the other side's connection is gone. @param {string|null} text */
  aside(text) {
    if (this.#aside === text) return;
    this.#aside = text;
    const stay = this.#atEnd();
    render(text ? html`<p class="event"><span>${text}</span></p>` : nothing, this.asideBox);
    if (stay) this.toEnd();
  }

  /** The first message of the other side among the kept items. @returns {string} */
  get firstWords() {
    return this.#now.told.find(({ item }) => item.kind === 'message' && !item.mine && item.text)?.item.text ?? '';
  }

  /** All that the other side said among the kept items. @returns {string} */
  get theirWords() {
    const said = this.#now.told.filter(({ item }) => item.kind === 'message' && !item.mine && item.text);
    return said.map(({ item }) => item.text).join(' ');
  }

  /** The newest text with all of these words, which are in lower case; null if there is none. @param {string[]} words @returns {string|null} the newest that does */
  saying(words) {
    return (
      this.#now.told.findLast(
        ({ item }) => item.text && words.every((word) => item.text?.toLocaleLowerCase().includes(word)),
      )?.item.text ?? null
    );
  }

  /** The end is out of view. */
  get away() {
    return this.list.isConnected && !this.#atEnd();
  }

  /** `seq` of the last item that is in view as a whole; without end if the end is. */
  get seenUpto() {
    return this.seenOf(({ kind }) => kind !== 'mark');
  }

  /** The same of items that pass a test, where a log has those of several streams. @param {(item: Item) => boolean} passes */
  seenOf(passes) {
    if (!this.away) return Number.POSITIVE_INFINITY;
    const end = this.scroller.getBoundingClientRect().bottom + 1;
    const items = this.#drawnItems;
    const drawn = [...this.toldBox.children].slice(-items.length);
    const at = drawn.findLastIndex((one, place) => passes(items[place]) && one.getBoundingClientRect().bottom <= end);
    return items[at]?.seq ?? 0;
  }

  toEnd() {
    // Exactly 0: at a fraction of a pixel below, the browser would hold what is in view as the end grows.
    if (this.list.isConnected) this.scroller.scrollTop = 0;
  }

  draw() {
    // A conversation that is not on the page is not drawn; it is drawn when it is put there.
    if (!this.list.isConnected) return;
    this.#behind = false;
    this.#drawTold();
    this.#drawPending();
  }

  #atEnd() {
    // The box is laid out from its end: 0 is the end, positions above it are negative.
    return this.scroller.scrollTop > -NEAR_END_PX;
  }

  /** @returns {Part} */
  #nothing() {
    return { story: new Story(this.options.viewer, this.options.words), told: [] };
  }

  /** @param {Part} part @param {Durable} frame @param {boolean} live */
  #tell(part, frame, live) {
    if (frame.type === 'message.redacted') {
      const one = part.told.find(({ item }) => item.key === redactedKey(frame));
      if (one) one.item = removed(one.item, frame);
    }
    // The reader's own message was on the screen before it was stored, so it is not new.
    for (const item of part.story.add(frame))
      part.told.push({ item, joins: grouped(part.told.at(-1)?.item, item), live: live && !item.own });
  }

  #forgetOldest() {
    const { keep } = this.options;
    if (!keep || this.#coming || this.#now.told.length <= keep || (this.list.isConnected && !this.#atEnd())) return;
    this.#now.told.splice(0, this.#now.told.length - Math.ceil(keep / 2));
    this.#window = Math.min(this.#window, Math.ceil(keep / 2));
    this.isPart = true;
  }

  // -- what is stored --------------------------------------------------------------------

  #drawTold() {
    const { told } = this.#now;
    const first = Math.max(0, told.length - this.#window);
    const shown = this.#unsent.among(told.slice(first));
    this.#drawnItems = shown.map(({ item }) => item);
    const { sent, read } = ticked(told, this.#readUpto);
    const now = Date.now();
    const [entry] = this.#unsent.underWay;
    const unsent = entry && this.#unsent.itemOf(entry);
    render(
      html`${first > 0 || (this.isPart && this.options.earlier) ? this.#moreAbove() : nothing}${repeat(
        shown,
        ({ item }) => item.key,
        (one, at) => {
          const { item, live } = one;
          if (one.entry) return this.#drawnRefused(one.entry, item);
          const next = shown[at + 1];
          const last = next ? !next.joins : !(item.mine && grouped(item, unsent));
          // One tick under the last stored message of one's own, two under the last that was read.
          const mark = item === read ? 'read' : item === sent ? 'sent' : null;
          const may = this.#mayRemove(item, now);
          const begins = at === 0 || !one.joins;
          return guard([item, begins, last, mark, may], () =>
            this.#drawn(item, { first: begins, last, live, mark, may }),
          );
        },
      )}`,
      this.toldBox,
    );
    this.#drawOnceTheyMayNot(shown, now);
  }

  /** @param {Item} item @param {{first: boolean, last: boolean, live: boolean, mark: 'read'|'sent'|null, may: boolean}} how */
  #drawn(item, { first, last, live, mark, may }) {
    const { viewer, remove, download, preview } = this.options;
    return template(item, {
      first,
      last,
      live,
      side: viewer.side,
      status: mark && statusLine(mark),
      remove: may ? () => remove(item) : null,
      download,
      preview,
    });
  }

  /** @param {Item} item @param {number} now */
  #mayRemove(item, now) {
    return (
      (item.kind === 'message' || item.kind === 'note') &&
      !item.redacted &&
      (Boolean(this.options.removesAny) || mayTakeBack(item, now))
    );
  }

  /** @param {Row[]} shown @param {number} now */
  #drawOnceTheyMayNot(shown, now) {
    clearTimeout(this.#again);
    if (this.options.removesAny) return;
    const oldest = shown.find(({ item }) => this.#mayRemove(item, now));
    if (oldest) this.#again = setTimeout(this.drawSoon, new Date(oldest.item.at).getTime() + TAKE_BACK_MS - now);
  }

  #moreAbove() {
    return html`<p class="more-above" ${ref(this.#watchTop)}><button type="button" class="btn sm" @click=${() => this.#more()}>${t('Show earlier messages')}</button></p>`;
  }

  #watchTop = (/** @type {Element|undefined} */ element) => {
    if (this.#top) this.nearTop.unobserve(this.#top);
    this.#top = element ?? null;
    if (this.#top) this.nearTop.observe(this.#top);
  };

  #more() {
    if (!this.list.isConnected) return;
    if (this.#now.told.length > this.#window) {
      this.#window += WINDOW;
      this.draw();
      // Its place has moved up: if it is still near, it is reported again.
      this.#watchTop(this.#top ?? undefined);
    } else if (this.isPart && !this.#coming) {
      this.options.earlier?.();
    }
  }

  // -- what is on its way ----------------------------------------------------------------

  /** @param {Entry} entry @param {Item} item */
  #drawnRefused(entry, item) {
    const { viewer, download, preview } = this.options;
    return guard([entry.refusal], () => {
      const status = this.#unsent.statusOf(entry);
      return template(item, { first: true, last: true, live: false, side: viewer.side, status, download, preview });
    });
  }

  #drawPending() {
    const entries = this.#unsent.underWay;
    const items = entries.map((entry) => this.#unsent.itemOf(entry));
    const before = this.#now.told.at(-1)?.item;
    render(
      repeat(
        items,
        ({ key }) => key,
        (item, at) => {
          // Of several unsent messages, the last shows the state of all.
          const said = !items[at + 1];
          const place = {
            first: !grouped(items[at - 1] ?? before, item),
            last: !grouped(item, items[at + 1]),
            live: false,
            side: this.options.viewer.side,
            download: this.options.download,
            preview: this.options.preview,
          };
          return template(item, { ...place, status: said ? this.#unsent.statusOf(entries[at]) : null });
        },
      ),
      this.pendingBox,
    );
  }
}
