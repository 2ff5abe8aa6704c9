/**
 * The customer's chat, as the views see it: its state, its unsent texts, and what is possible. It draws nothing.
 *
 * @import { DeskClient } from '../shared/client/desk.js'
 * @import { Durable, Entry } from '../shared/client/types.js'
 * @import { Drafts } from '../shared/drafts.js'
 * @import { Zones } from '../shared/hours.js'
 * @import { File } from '../shared/story.js'
 * @import { Vocabulary } from '../shared/vocabulary.js'
 * @import { Host } from './host.js'
 * @import { Memory } from './memory.js'
 * @import { Sounds } from './sound.js'
 * @import { Events, Field, Place, View, Wrong } from './types.js'
 */

import { unstored } from '../shared/connection-words.js';
import { paced } from '../shared/pace.js';
import { TypingSign, TypingSignal } from '../shared/typing.js';
import { t } from '../shared/words.js';
import { Beginning } from './beginning.js';
import { Confirming } from './confirming.js';
import { Emitter } from './emitter.js';
import { Home } from './home.js';
import { listen } from './heard.js';
import { LateTexts } from './late-texts.js';
import { PageNews } from './page-news.js';
import { Visit } from './visit.js';

/** Longest text that the desk takes as a preview, in UTF-16 units: none is longer in characters. */
const PREVIEW_MAX = 8_000;
const NO_FILES = { count: 0, size: 0, types: [] };

export class Chat {
  visit = new Visit();
  /** The chat is open. */
  open = true;
  /** The ticket that is open in place of the chat. @type {number|null} */
  opened = null;
  /** The ticket that was closed for good, so that a reply to it opened this one. @type {number|null} */
  followsUp = null;
  /** Tickets as conversations, once they are loaded. @type {import('./ticket-talks.js').TicketTalks|null} */
  talks = null;
  /** Something is being sent that must not be sent twice. */
  busy = false;
  /** The menu opens once it is loaded. */
  menuDue = false;
  /** @type {Wrong|null} */
  wrong = null;
  /** A problem that concerns the whole chat, until another one or until it is solved. @type {{what: string, why: string}|null} */
  alarm = null;
  /** Files that are being sent with a message, by id. @type {Map<string, File>} */
  files = new Map();
  /** `seq` up to which the conversation is or was in view; the view of it says. */
  seenUpto = () => Number.POSITIVE_INFINITY;
  /** The page of the site that the customer is on. @type {string|undefined} */
  page;
  /** Number of the customer's messages that were stored while this page was open. */
  sent = 0;
  /** The newest message that came while the chat was closed. @type {Durable|null} */
  came = null;
  /** @type {string|null} */
  #followed = null;
  #news;
  events = new Emitter();

  /**
   * @param {Object} options
   * @param {DeskClient} options.desk
   * @param {Host} options.host
   * @param {Memory} options.memory
   * @param {Sounds} options.sounds
   * @param {Drafts} options.drafts
   * @param {Storage|null} options.storage
   * @param {Zones} options.zones
   * @param {Vocabulary} options.words
   * @param {string} options.brand its name
   * @param {string|null} options.team the page around it has chosen this one
   * @param {Storage|null} [options.tab] storage of this tab
   * @param {() => number} [options.now] ms
   */
  constructor({ desk, host, memory, sounds, drafts, storage, zones, words, brand, team, tab, now = () => Date.now() }) {
    this.desk = desk;
    this.host = host;
    this.memory = memory;
    this.sounds = sounds;
    this.drafts = drafts;
    this.zones = zones;
    this.words = words;
    this.brand = brand;
    this.now = now;
    this.open = !host.framed;
    this.typing = new TypingSign((sender) => this.events.emit('typing', sender));
    this.signal = new TypingSignal(
      (on) => {
        const { chat, phase } = this.visit;
        const preview = on && this.visit.previews ? drafts.get(chat ?? '').slice(0, PREVIEW_MAX) : undefined;
        if (chat && phase === 'active') desk.cast('typing', { chat, on, preview });
      },
      () => this.visit.previews,
    );
    this.changedSoon = paced(() => this.changed());
    this.beginning = new Beginning(this, storage, team);
    this.confirming = new Confirming(this);
    this.home = new Home(this, tab ?? null);
    this.late = new LateTexts(this);
    this.#news = new PageNews(this);
    listen(this);
  }

  /** @template {keyof Events} Name @param {Name} name @param {Events[Name]} fn `told` is told at once what nobody heard yet */
  on(name, fn) {
    this.events.on(name, fn);
  }

  /** Redraws, and tells the page around. */
  changed() {
    this.#news.read();
    this.#news.tell();
    this.events.emit('change');
  }

  // -- where it stands -----------------------------------------------------------------------

  /** @returns {View} */
  get view() {
    const { phase } = this.visit;
    if (this.confirming.failed) return 'unconfirmed';
    if (this.home.shown) return 'list';
    if (this.opened || phase === 'left') return 'ticket';
    if (phase === 'opening') return 'opening';
    if (phase === 'form' || phase === 'starting' || phase === 'sending') return 'form';
    return 'talk';
  }

  /** The ticket that is shown, opened by itself or as what the conversation has become. @returns {number|null} */
  get ticketShown() {
    const { phase, outcome } = this.visit;
    return this.opened ?? (phase === 'closed' || phase === 'left' ? (outcome?.ticket ?? null) : null);
  }

  /** Limits of files in a message; none are accepted until the desk has sent the limits. @returns {import('../shared/uploads.js').Limits} */
  get limits() {
    return this.desk.hello?.limits?.files ?? NO_FILES;
  }

  /** The chat is in view. */
  get attends() {
    return this.open && document.visibilityState === 'visible';
  }

  /** The customer is looking at the chat. */
  get looksOn() {
    return this.attends && document.hasFocus();
  }

  /** The message to show beside the button: not seen, redacted or dismissed. @returns {Durable|null} */
  get peek() {
    const { came } = this;
    if (this.open || !came) return null;
    const unread = came.ticket ? this.desk.tickets.get(came.ticket)?.unread : this.visit.fromStaff.includes(came.seq);
    return unread ? came : null;
  }

  /** @returns {Entry[]} */
  get unsent() {
    return this.visit.chat ? this.desk.outbox(this.visit.chat) : [];
  }

  /** The server cannot store messages at the moment. */
  get stuck() {
    return unstored(this.unsent).length > 0 || Boolean(this.putOff);
  }

  /** The start of a chat that the desk has delayed. @returns {Entry|null} */
  get putOff() {
    const { start } = this.beginning;
    return start?.refusal && !this.proving ? start : null;
  }

  /** The browser computes the proof that the desk requires. */
  get proving() {
    return this.beginning.proving || this.beginning.start?.refusal?.challenge;
  }

  get provingWords() {
    return this.proving ? t('Checking that you’re not a robot. This takes a few seconds.') : '';
  }

  /** @param {Place} at @returns {string} */
  wrongAt(at) {
    return this.wrong?.at === at ? this.wrong.sentence : '';
  }

  // -- what is remembered ---------------------------------------------------------------------

  /** The key under which the chat is remembered. @returns {import('./memory.js').Key} */
  get #kept() {
    return this.desk.customer.guest ? 'guest' : 'chat';
  }

  /** The chat that this browser remembers. */
  get remembered() {
    return this.memory.get(this.#kept);
  }

  /** @param {string|null} chat on the next page too */
  remember(chat) {
    this.memory.set(this.#kept, chat);
  }

  /** Nothing of this customer stays in this browser. */
  forgotten() {
    for (const key of /** @type {const} */ (['chat', 'guest', 'listed', 'name', 'email'])) this.memory.set(key, null);
    this.drafts.clear();
    this.beginning.forget();
    this.home.shown = false;
    this.again();
  }

  // -- the conversation ----------------------------------------------------------------------

  /** @param {string} chat */
  follow(chat) {
    if (this.#followed === chat) return;
    this.#followed = chat;
    this.fresh();
    this.desk.follow(chat, 0);
  }

  /** Clears what is shown of the last conversation. */
  fresh() {
    this.files.clear();
    this.alarm = null;
    this.events.fresh();
  }

  /** Shows this chat from now on. @param {string} chat */
  adopt(chat) {
    this.visit.begin('queued');
    this.visit.join(chat);
    this.remember(chat);
    this.#followed = chat;
    this.fresh();
  }

  /** @param {Place} at @param {string} sentence @param {Field} [field] at fault */
  refuse(at, sentence, field) {
    this.wrong = { at, sentence, field };
    this.changed();
    if (field) this.events.emit('refused', field);
  }

  /** The refused input is corrected. */
  forgive() {
    this.wrong = null;
    this.changed();
  }

  /** @param {string} what @param {string} why */
  raise(what, why) {
    this.alarm = { what, why };
    this.changed();
  }

  // -- leaving, ending, beginning again ------------------------------------------------------

  askEnd() {
    this.events.emit('ending');
  }

  /** Shows a ticket in place of the chat. @param {number|null} number null: back to the chat, or to the form @param {number|null} [followsUp] the ticket in whose place it came */
  openTicket(number, followsUp = null) {
    Object.assign(this, { opened: number, followsUp, alarm: null });
    this.home.leave();
  }

  /** Leaves the chat for a new form. Unsent texts are kept as drafts. @param {string} [why] where it is not what the customer asked for */
  again(why = '') {
    const { chat } = this.visit;
    if (chat) this.desk.unfollow(chat);
    const { unsent } = this;
    const draft = chat && this.drafts.get(chat);
    if (chat) this.drafts.set(chat, '');
    this.remember(null);
    this.memory.set('left', null);
    this.beginning.takeBack();
    this.#followed = null;
    Object.assign(this, { opened: null, followsUp: null });
    this.visit.begin('form');
    this.fresh();
    this.late.keep(unsent, why, draft);
    this.changed();
  }

  /** Puts texts that will not be sent automatically into the box. @param {string[]} texts @param {string} why */
  keepAsDraft(texts, why) {
    this.late.keepAsDraft(texts, why);
  }

  /** Hides the chat, and the preview of a message. */
  minimise() {
    this.came = null;
    this.changed();
    this.host.tell('minimise');
  }
}
