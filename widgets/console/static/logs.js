/**
 * Conversations of the agent's chats. Each is drawn once and kept current, and one box shows them in turn.
 *
 * @import { Frame } from '../shared/client/types.js'
 * @import { File } from '../shared/story.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { AgentWork } from './agent-work.js'
 */

import { element } from '../shared/dom.js';
import { Log } from '../shared/log.js';
import { stamp } from '../shared/days.js';
import { firstName } from '../shared/people.js';
import { TypingSign, endsTyping } from '../shared/typing.js';
import { staysAtEnd } from './keep-at-end.js';
import { remover } from './removing.js';

/** Items kept of one conversation; earlier ones are fetched when somebody reads them. */
const KEEP = 400;

export class Logs {
  /** @type {Map<string, Log>} */
  #all = new Map();
  /** @type {Map<string, TypingSign>} */
  #signs = new Map();
  /** Files attached in this tab, until their message is stored. @type {Map<string, File>} */
  #files = new Map();
  #removing;

  /** @param {AgentWork} work @param {Vocabulary} words */
  constructor(work, words) {
    this.work = work;
    this.words = words;
    this.scroller = element('div', {
      class: 'scroll',
      id: 'scroller',
      role: 'log',
      'aria-label': 'Messages',
      tabindex: 0,
    });
    staysAtEnd(this.scroller);
    this.scroller.addEventListener('scroll', () => work.read());
    work.seenUpto = (chat) => this.#all.get(chat)?.seenUpto ?? Number.POSITIVE_INFINITY;
    this.#removing = remover((fields) => work.commit('message.redact', fields));
    const { desk } = work;
    desk.on('event', (frame, { replay }) => {
      this.of(frame.chat).add(frame, !replay);
      if (endsTyping(frame, 'customer')) this.#sign(frame.chat).off();
    });
    desk.on('resumed', ({ chat }) => {
      this.of(chat).whole();
      this.of(chat).reads(work.chats.of(chat).readByCustomer);
    });
    desk.on('reset', (chat) => {
      const shown = this.scroller.firstChild === this.#all.get(chat)?.list;
      this.#all.delete(chat);
      if (shown) this.show(chat, null);
    });
    desk.on('news', (frame) => this.#heard(frame));
    work.addEventListener('left', (event) => event instanceof CustomEvent && this.#all.delete(event.detail));
  }

  /** @param {string} chat @returns {Log} */
  of(chat) {
    const found = this.#all.get(chat);
    if (found) return found;
    const { work, words } = this;
    /** @type {Log} */
    const log = new Log(element('div', { class: 'log' }), this.scroller, {
      viewer: { side: 'staff', id: work.me.id },
      words: { team: (key) => work.teamName(key), status: words.status, code: words.code },
      retry: (id) => work.desk.retry(id),
      discard: (id) => work.desk.discard(id),
      remove: (item) => this.#removing(item),
      removesAny: work.me.role === 'supervisor',
      fileOf: (id) => this.#files.get(id),
      keep: KEEP,
      whispers: () => work.watches,
      endsPast: true,
      earlier: () => {
        log.rereads();
        work.desk.follow(chat, 0);
      },
    });
    this.#all.set(chat, log);
    return log;
  }

  /** Remembers files that are sent with a message. @param {File[]} files */
  sending(files) {
    for (const file of files) this.#files.set(file.id, file);
  }

  /** Shows this conversation, at its end, in place of the one before. @param {string} chat @param {string|null} before */
  show(chat, before) {
    const log = this.of(chat);
    this.scroller.replaceChildren(log.list);
    if (before !== null) this.#all.get(before)?.rest();
    log.draw();
    log.toEnd();
  }

  /** Items below the stored ones. @param {string} chat */
  drawEnd(chat) {
    const { chats, desk, live } = this.work;
    const { about, held, goneSince } = chats.of(chat);
    const log = this.of(chat);
    log.pending(desk.outbox(chat), live);
    const left = held && goneSince !== null ? stamp(goneSince, this.work.now()) : null;
    log.aside(
      left &&
        `${firstName(about?.customer.name) || 'The visitor'} left the page at ${left}. They’ll see your message when they’re back.`,
    );
  }

  /** The newest message with all of these words, which are in lower case. @param {string} chat @param {string[]} words */
  saying(chat, words) {
    return this.#all.get(chat)?.saying(words) ?? null;
  }

  /** What the customer said, as far as it is loaded. @param {string} chat */
  said(chat) {
    return this.#all.get(chat)?.theirWords ?? '';
  }

  /** @param {Frame} frame */
  #heard(frame) {
    const { chats } = this.work;
    if (frame.type === 'typing' && frame.from.kind === 'customer' && chats.has(frame.chat)) {
      this.#preview = frame.preview ?? '';
      this.#sign(frame.chat).on(frame);
    } else if (frame.type === 'read' && this.#all.has(frame.chat))
      this.of(frame.chat).reads(chats.of(frame.chat).readByCustomer);
  }

  /** The customer's text so far, from the frame that just arrived. */
  #preview = '';

  /** @param {string} chat */
  #sign(chat) {
    const sign =
      this.#signs.get(chat) ??
      new TypingSign((sender) => {
        this.work.chats.typing(chat, Boolean(sender));
        this.#all.get(chat)?.typing(sender, this.#preview);
        this.work.changed();
      });
    this.#signs.set(chat, sign);
    return sign;
  }
}
