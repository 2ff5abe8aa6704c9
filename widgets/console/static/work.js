/**
 * An agent's work as it stands: the chats they hold, the queue, their status, the chat that they look at; and what they do
 * with it. It draws nothing: it tells `change` when there is something to draw anew, at the pace of the screen, `go` when another chat is
 * to be looked at, `enter` when one wants to write there, and `assigned` when one has come.
 *
 * @import { DeskState, Durable, Frame, Ok } from '../shared/client/types.js'
 * @import { Drafts } from '../shared/drafts.js'
 * @import { About, Me, Queue } from '../shared/types.js'
 * @import { Piece } from './unsent.js'
 * @typedef {'available'|'away'|'offline'} Status
 * @typedef {'queue'|'team'|'talk'|'alarms'} Place where a chat is asked for: in the queue, among those of a team, where it is looked at, at an alarm
 * @typedef {{status: string, reason: string|null, since: string|null, capacity: number, paused: string[]}} Presence `paused`: keys of teams
 * @typedef {Pick<import('../shared/client/desk.js').Desk, 'on'|'commit'|'command'|'cast'|'follow'|'unfollow'|'lastSeq'|'outbox'|'discard'|'retry'|'start'|'state'|'hello'>} Line
 */

import { DeskError } from '../shared/client/errors.js';
import { committed } from '../shared/committing.js';
import { paced } from '../shared/pace.js';
import { firstName } from '../shared/people.js';
import { Alarms } from './alarms.js';
import { Chats } from './chats.js';
import { comingWords } from './coming.js';
import { Meanwhile } from './meanwhile.js';
import { Offers } from './offers.js';
import { partingWords } from './partings.js';
import { Unsent } from './unsent.js';

/** A shorter loss of the line is none that anybody noticed. */
const SHORT_DROP_MS = 3_000;
/** What came meanwhile arrives just after: it is said once it is in. */
const ARRIVED_MS = 1_000;
const BACK_SHOWN_MS = 8_000;
/** What became of a chat is shown for so long while somebody looks, and why one was not had. */
const PARTING_SHOWN_MS = 30_000;
/** How long the other chats wait at most until the one on the screen is drawn. */
const FIRST_ALONE_MS = 1_000;

export class Work extends EventTarget {
  /** What the teams are called that one does not work for, once that was asked. @type {Map<string, string>} */
  otherTeams = new Map();
  chats = new Chats();
  /** @type {Presence|null} null before the desk has said it */
  presence = null;
  /** @type {{at: number, list: Queue[]}} */
  queues = { at: 0, list: [] };
  /** The order of the list on the screen, for keys. @type {string[]} */
  order = [];
  #noting = false;
  /** The customer's column, where it is a sheet, is open. */
  aboutOpen = false;
  /** Why the status was not changed. */
  refusal = '';
  /** @type {{gone: number, words: string, chats: string[]}|null} what happened while the line was down; `gone` in ms */
  back = null;
  /** What became of chats that are the agent's no longer, by chat. @type {Map<string, {words: string, until: number}>} */
  partings = new Map();
  offers = new Offers();
  /** What a supervisor is told; nothing for others. */
  alarms = new Alarms();
  /** @type {{reason: string, since: string}|null} the desk made them away */
  madeAway = null;
  /** Why a chat could not be had, where that was asked for, and how long it is said. @type {{at: Place, words: string, until: number}|null} */
  notHad = null;
  /** @type {string|null} as the page's address has it; it may not be known yet */
  #wanted = null;
  /** The chat that opened by itself, until the agent does something. @type {string|null} */
  #unnoticed = null;
  /** @type {Meanwhile|null} while the line is down, and until that was said */
  #meanwhile = null;
  #wasLive = false;
  /** Chats that are followed once the one on the screen is there. @type {string[]} */
  #toFollow = [];
  #unsent;

  /**
   * @param {{desk: Line, drafts: Drafts, me: Me, now?: () => number, attends?: () => boolean, drawn?: (then: () => void) => void}} options
   *   `attends`: somebody looks at the page; `drawn`: calls once what is known by now is on the screen
   */
  constructor({
    desk,
    drafts,
    me,
    now = () => Date.now(),
    attends = () => true,
    drawn = (then) => setTimeout(then, 0),
  }) {
    super();
    this.desk = desk;
    this.drafts = drafts;
    this.me = me;
    this.#unsent = new Unsent({ desk, drafts, chats: this.chats, me: me.id });
    this.now = now;
    this.attends = attends;
    this.drawn = drawn;
    this.changed = paced(() => this.redraw());
    desk.on('hello', (ok) => this.#greeted(ok));
    desk.on('event', (frame, { replay }) => this.#told(frame, replay));
    desk.on('resumed', (ok) => {
      this.chats.resumed(ok);
      this.changed();
      if (this.#toFollow.length) this.drawn(() => this.#followRest());
    });
    desk.on('reset', (chat) => {
      this.chats.forget(chat);
      this.changed();
    });
    desk.on('news', (frame) => this.#heard(frame));
    desk.on('outbox', this.changed);
    // Handed on, on another page, to a team whose chats one does not see.
    desk.on(
      'error',
      ({ code, chat }) => code === 'not_found' && chat && this.chats.parted(chat, null) && this.changed(),
    );
    desk.on('state', (state) => this.#lineIs(state));
  }

  /** Draw now: the agent did something. */
  redraw() {
    this.#forgetPartings();
    if (this.notHad && this.now() >= this.notHad.until) this.notHad = null;
    this.offers.pass(this.now());
    this.alarms.pass(this.now());
    this.dispatchEvent(new Event('change'));
  }

  get #supervises() {
    return this.me.role === 'supervisor';
  }

  /** The alarms that a supervisor is to look at: without a line it is not known what still stands, and one's own chats stand in the list. */
  get toTell() {
    const { live, alarms, chats } = this;
    return live ? alarms.all.filter(({ chat }) => chat === null || !chats.has(chat) || !chats.of(chat).held) : [];
  }

  /** How the next chat comes to them while they are available. */
  get coming() {
    const { served } = this;
    return comingWords(
      served.map((team) => ({ name: this.teamName(team), assign: this.chats.teams.get(team)?.assign })),
      this.queues.list.length - served.length,
    );
  }

  /** The teams that they take new chats from while they are available. @returns {string[]} */
  get served() {
    return this.queues.list.map(({ team }) => team).filter((team) => !this.presence?.paused.includes(team));
  }

  /** @param {string} key */
  teamName(key) {
    return this.chats.teams.get(key)?.name ?? this.otherTeams.get(key) ?? key;
  }

  get live() {
    return this.desk.state.line === 'live';
  }

  // -- what is heard -----------------------------------------------------------------------

  /** @param {Ok} ok */
  #greeted(ok) {
    this.#follow(this.chats.greeted(ok));
    this.#present({ type: 'presence', ...ok });
    this.queues = { at: this.now(), list: ok.queues ?? [] };
    // What is still offered is told anew, to each connection.
    this.offers.begin(ok.offers ?? [], this.now());
    if (this.#supervises) this.alarms.begin(ok.alarms ?? [], this.now());
    this.#seek();
    this.changed();
  }

  /** What is on the screen is told first, and drawn. Those that are followed already come back by themselves after a lost line. @param {string[]} chats */
  #follow(chats) {
    const unknown = chats.filter((chat) => !this.desk.lastSeq(chat));
    const [first] = unknown.filter((chat) => chat === this.#wanted);
    this.#toFollow = unknown.filter((chat) => chat !== first);
    if (!first) return this.#followRest();
    this.desk.follow(first);
    setTimeout(() => this.#followRest(), FIRST_ALONE_MS);
  }

  #followRest() {
    for (const chat of this.#toFollow.splice(0)) if (!this.desk.lastSeq(chat)) this.desk.follow(chat);
  }

  /** @param {Durable} frame @param {boolean} replay */
  #told(frame, replay) {
    const meaning = this.chats.told(frame);
    if (meaning === 'message') this.#meanwhile?.message(frame.chat, frame.seq);
    if (meaning === 'assigned') this.#meanwhile?.given(frame.chat);
    if ((meaning === 'lost' || meaning === 'answered') && !replay) this.#parted(frame.chat);
    // Where the colleague has it at once, that is the next thing to be told.
    if (meaning === 'asked' && !replay)
      setTimeout(() => this.chats.isAsked(frame.chat) && this.#parted(frame.chat), ARRIVED_MS);
    if (meaning === 'assigned' && !replay) this.dispatchEvent(new CustomEvent('assigned', { detail: frame.chat }));
    this.changed();
  }

  /** @param {Frame} frame */
  #heard(frame) {
    this.chats.heard(frame);
    if (frame.type === 'hours') this.chats.hours(frame.teams);
    else if (frame.type === 'queues') this.queues = { at: this.now(), list: frame.queues };
    else if (frame.type === 'presence' && frame.staff === this.me.id) this.#present(frame);
    else if (frame.type === 'chat.offered') this.offers.offered(frame, this.now());
    else if (frame.type === 'chat.withdrawn') this.#withdrawn(frame);
    else if (frame.type === 'alarm' && this.#supervises) this.alarms.heard(frame, this.now());
    this.changed();
  }

  /** Say what became of a chat; where it is not on the screen, nothing more is told of it. @param {string} chat */
  #parted(chat) {
    this.#says(chat);
    if (chat !== this.chosen) this.#leave(chat);
  }

  /** While a colleague is asked, it is said for as long as they may accept too. @param {string} chat */
  #says(chat) {
    const asked = this.chats.isAsked(chat) ? (this.chats.of(chat).parting?.seconds ?? 0) * 1000 : 0;
    this.partings.set(chat, { words: this.partingOf(chat), until: this.now() + asked + PARTING_SHOWN_MS });
  }

  /** How a chat ceased to be the agent's. @param {string} chat */
  partingOf(chat) {
    const { about, parting, team, by } = this.chats.of(chat);
    return partingWords(parting, {
      who: firstName(about?.customer.name) || 'a visitor',
      team: this.teamName(team),
      by,
    });
  }

  #forgetPartings() {
    const now = this.now();
    for (const [chat, parting] of this.partings) {
      if (!this.attends()) parting.until = now + PARTING_SHOWN_MS;
      else if (now >= parting.until) this.partings.delete(chat);
    }
  }

  /** It has been seen. @param {string} chat */
  partingSeen(chat) {
    this.partings.delete(chat);
    this.redraw();
  }

  /** @param {Frame} frame */
  #present({ status, reason, since, capacity, paused, by }) {
    this.presence = { status, reason: reason ?? null, since: since ?? null, capacity, paused: paused ?? [] };
    this.madeAway = by === 'system' && status === 'away' ? { reason, since } : null;
  }

  /** @param {Frame} frame */
  #withdrawn({ chat, reason }) {
    if (reason !== 'unanswered' && !this.chats.isAsked(chat)) return this.offers.withdrawn(chat, reason, this.now());
    if (this.chats.settled(chat, reason)) this.#parted(chat);
  }

  /** @param {DeskState} state */
  #lineIs(state) {
    if (state.line !== 'live') {
      if (this.#wasLive) this.#meanwhile ??= new Meanwhile(this.now(), this.chats.mine);
      this.back = null;
    } else {
      this.#wasLive = true;
      if (this.#meanwhile) this.#sayBack(this.#meanwhile);
    }
    this.changed();
  }

  /** @param {Meanwhile} meanwhile */
  #sayBack(meanwhile) {
    const gone = this.now() - meanwhile.at;
    setTimeout(() => {
      // It may be gone again.
      if (this.#meanwhile !== meanwhile || !this.live) return;
      this.#meanwhile = null;
      if (gone < SHORT_DROP_MS) return;
      const said = {
        gone,
        words: meanwhile.words((chat) => this.#standing(chat)),
        chats: meanwhile.chats.filter((chat) => this.chats.of(chat).held),
      };
      this.back = said;
      this.redraw();
      setTimeout(() => this.back === said && this.seen(), BACK_SHOWN_MS);
    }, ARRIVED_MS);
  }

  /** @param {string} chat */
  #standing(chat) {
    const { held, closed, by } = this.chats.of(chat);
    return { held, closed: closed !== null, by };
  }

  /** What happened meanwhile has been seen. */
  seen() {
    this.back = null;
    this.redraw();
  }

  // -- which chat --------------------------------------------------------------------------

  /** The chat on the screen. @returns {string|null} */
  get chosen() {
    const chat = this.#wanted;
    return chat !== null && this.chats.has(chat) && this.chats.of(chat).about ? chat : null;
  }

  /** @returns {About|null} */
  get about() {
    return this.chosen === null ? null : this.chats.of(this.chosen).about;
  }

  /** The address says so. @param {string|null} chat */
  look(chat) {
    if (chat === this.#wanted) return;
    const before = this.chosen;
    this.#wanted = chat;
    this.#noting = false;
    this.aboutOpen = false;
    if (before !== null) this.#leave(before);
    const now = this.chosen;
    if (now !== null && !this.desk.lastSeq(now)) this.#listenTo(now, this.chats.of(now).held);
    this.notHad = null;
    this.#seek();
    this.redraw();
  }

  /** One that is not the agent's is looked at too, as far as they may. */
  #seek() {
    const chat = this.#wanted;
    if (chat !== null && this.chosen === null && this.presence !== null && !this.desk.lastSeq(chat))
      this.#listenTo(chat, false);
  }

  /** A supervisor is not seen where they only look. @param {string} chat @param {boolean} own */
  #listenTo(chat, own) {
    this.desk.follow(chat, 0, { watch: this.#supervises && !own });
  }

  /** The chat on the screen is looked at by a supervisor, whom neither its customer nor its agent sees. */
  get watches() {
    if (this.chosen === null || !this.#supervises) return false;
    const { held, lost, closed } = this.chats.of(this.chosen);
    return !held && !lost && !closed;
  }

  /** What is written is a note; nothing else is where one only looks. */
  get noting() {
    return this.#noting || this.watches;
  }

  /** One that is over, or with a colleague, is of no further interest. @param {string} chat */
  #leave(chat) {
    const { held, closed } = this.chats.of(chat);
    if ((held && !closed) || this.chats.isAsked(chat)) return;
    this.desk.unfollow(chat);
    this.chats.forget(chat);
    this.dispatchEvent(new CustomEvent('left', { detail: chat }));
  }

  /** Look at another. @param {string|null} chat */
  go(chat) {
    this.dispatchEvent(new CustomEvent('go', { detail: chat }));
  }

  /** Where none is looked at: the first of the list that waits for the agent. That it is on the screen does not mean that they saw it. */
  openMostUrgent() {
    if (this.chosen !== null) return;
    const { owed, yours } = this.chats.groups(this.now());
    const [first] = [...owed, ...yours];
    if (!first) return;
    this.#unnoticed = first.chat;
    this.go(first.chat);
  }

  /** The agent is at the page: what opened by itself is seen. */
  noticed() {
    if (this.#unnoticed === null) return;
    this.#unnoticed = null;
    this.read();
  }

  /** Look at another, to write there. @param {string} chat */
  enter(chat) {
    this.go(chat);
    this.dispatchEvent(new Event('enter'));
  }

  /** The agent sees what is on the screen. */
  read() {
    const chat = this.chosen;
    if (chat === null || chat === this.#unnoticed || !this.attends()) return;
    const held = this.chats.of(chat);
    if (!held.unread.length) return;
    this.chats.read(chat, held.lastSeq);
    // Who only looks is not seen reading.
    if (held.held) this.desk.cast('read', { chat, upto: held.lastSeq });
    this.changed();
  }

  // -- what the agent does -----------------------------------------------------------------

  /** @param {string} type @param {Record<string, unknown>} fields */
  commit(type, fields) {
    return committed(this.desk, type, fields);
  }

  /** Under which name the draft of a reply or a note is kept. @param {string} chat @param {boolean} [noting] */
  draftKey(chat, noting = false) {
    return noting ? `${chat}.note` : chat;
  }

  /** A reply that was begun. @param {string} chat */
  draft(chat) {
    return this.drafts.get(this.draftKey(chat));
  }

  /** What was written and nobody has, the chat on the screen aside; before the desk has said which chats are held, that is not known. */
  get unsent() {
    return this.presence === null ? [] : this.#unsent.list(this.chosen);
  }

  /** What was begun in a chat that is over, or with a colleague. @param {string} chat */
  begun(chat) {
    return this.#unsent.of(chat);
  }

  /** It is not to be sent any more. @param {Piece} piece */
  drop({ entry, key }) {
    if (entry) this.desk.discard(entry);
    else this.drafts.set(key, '');
    this.redraw();
  }

  /** A reply, or a note. @param {string} text @param {string[]} files ids */
  say(text, files = []) {
    const chat = this.chosen;
    if (chat === null) return;
    this.desk.commit(this.noting ? 'note.add' : 'message.send', {
      chat,
      text,
      files: files.length ? files : undefined,
    });
    this.#noting = false;
    this.redraw();
  }

  /** @param {boolean} on */
  note(on) {
    this.#noting = on;
    this.redraw();
  }

  /** @param {boolean} open */
  showAbout(open) {
    this.aboutOpen = open;
    this.redraw();
  }

  /** The chat on the screen is to be closed. */
  close() {
    if (this.chosen !== null && this.chats.of(this.chosen).held) this.dispatchEvent(new Event('close'));
  }

  /** The chats of a team are to be looked at. @param {string} team */
  lookAt(team) {
    this.dispatchEvent(new CustomEvent('team', { detail: team }));
  }

  /** Take a chat that waits. @param {string} chat @param {Place} [at] @returns {Promise<void>} */
  pick(chat, at = 'queue') {
    return this.#has(at, 'chat.pick', chat);
  }

  /** Take the one that waits longest, over all of one's teams. */
  async pickNext() {
    const [first] = this.queues.list.filter(({ next }) => next).sort((a, b) => b.longest_wait_s - a.longest_wait_s);
    if (first?.next) await this.pick(first.next);
  }

  /** Become the agent of the chat on the screen, whoever is. */
  takeOver() {
    return this.chosen === null ? Promise.resolve() : this.#has('talk', 'chat.take', this.chosen);
  }

  /** @param {Place} at @param {string} type @param {string} chat */
  async #has(at, type, chat) {
    this.notHad = null;
    try {
      this.#hasNow(await this.commit(type, { chat }));
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.notHad = { at, words: error.message, until: this.now() + PARTING_SHOWN_MS };
    }
    this.redraw();
  }

  /** @param {Ok} ok */
  #hasNow({ about }) {
    if (!about) return;
    this.chats.given(about);
    this.#noting = false;
    this.partings.delete(about.chat);
    this.enter(about.chat);
  }

  /** Take what is offered; without a name, what lapses first. @param {string} [chat] */
  async accept(chat = this.offers.first) {
    if (!chat || !this.offers.answer(chat)) return;
    this.redraw();
    try {
      const ok = await this.commit('chat.accept', { chat });
      this.offers.forget(chat);
      this.#hasNow(ok);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.offers.refused(chat, error.message, this.now());
    }
    this.redraw();
  }

  /** Let what is offered pass to the next. @param {string} [chat] */
  async pass(chat = this.offers.first) {
    if (!chat || !this.offers.answer(chat)) return;
    this.redraw();
    try {
      await this.commit('chat.decline', { chat });
      this.offers.forget(chat);
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.offers.refused(chat, error.message, this.now());
    }
    this.redraw();
  }

  /** The customer of the chat on the screen is to be blocked, by who may. */
  block() {
    if (this.chosen !== null && this.#supervises) this.dispatchEvent(new Event('block'));
  }

  /** Block list is to be looked at. */
  showBlocked() {
    this.dispatchEvent(new Event('blocked'));
  }

  /** The chat on the screen is to be handed on. */
  transfer() {
    if (this.chosen !== null && this.chats.of(this.chosen).held) this.dispatchEvent(new Event('transfer'));
  }

  /** Hand a chat on to a team or a colleague; of what comes then, the desk may tell nothing. @param {string} chat @param {{team: string}|{staff: string, name: string}} to @param {string} note */
  async handOn(chat, to, note) {
    const colleague = 'staff' in to ? to : null;
    const { at, expires_at: until } = await this.commit('chat.transfer', {
      chat,
      ...(colleague ? { staff: colleague.staff } : to),
      note: note.trim() || undefined,
    });
    const held = this.chats.of(chat);
    if ('team' in to) held.team = to.team;
    const seconds = until ? Math.round((Date.parse(until) - Date.parse(at)) / 1000) : 0;
    this.chats.parted(chat, { how: until ? 'asked' : 'transferred', by: null, to: colleague?.name ?? null, seconds });
    this.#says(chat);
    this.redraw();
  }

  /** @param {Status} status @param {string|null} [reason] */
  async setStatus(status, reason = null) {
    try {
      const ok = await this.desk.command('presence.set', { status, reason: reason ?? undefined });
      const since = new Date(this.now()).toISOString();
      this.presence = { status: ok.status, reason, since, capacity: ok.capacity, paused: ok.paused };
      this.madeAway = null;
      this.refusal = '';
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.refusal = error.message;
    }
    this.redraw();
  }

  /** Take new chats from a team, or take none from it for a while. @param {string} team @param {boolean} pauses */
  async pause(team, pauses) {
    const before = this.presence;
    if (!before) return;
    const others = before.paused.filter((one) => one !== team && this.chats.teams.has(one));
    // Counts at once, so that the next tick goes by it.
    this.presence = { ...before, paused: pauses ? [...others, team] : others };
    this.redraw();
    try {
      const { status, reason, paused } = this.presence;
      await this.desk.command('presence.set', { status, reason: reason ?? undefined, paused });
      this.refusal = '';
    } catch (error) {
      if (!(error instanceof DeskError)) throw error;
      this.presence = { ...this.presence, paused: before.paused };
      this.refusal = error.message;
    }
    this.redraw();
  }
}
