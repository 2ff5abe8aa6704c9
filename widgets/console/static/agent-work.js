/**
 * An agent's current work: their chats, the queue, their status, the chat on the screen, and the actions on them.
 *
 * It draws nothing. It reports `change`, at most once per frame, when something must be redrawn; `go` to show another
 * chat, `enter` to put the focus in its box, and `assigned` when a chat has arrived. Dialogs are requested by `close`,
 * `transfer`, `block`, `blocked` and `team`.
 *
 * @import { DeskState, Durable, Frame, Ok } from '../shared/client/types.js'
 * @import { Drafts } from '../shared/drafts.js'
 * @import { About, Me, Queue } from '../shared/types.js'
 * @import { Piece } from './unsent.js'
 * @typedef {Pick<import('../shared/client/desk.js').DeskClient, 'on'|'commit'|'command'|'cast'|'follow'|'unfollow'|'lastSeq'|'outbox'|'tickets'|'discard'|'retry'|'start'|'state'|'hello'>} DeskPort
 */

import { committed } from '../shared/committing.js';
import { ask as request } from '../shared/http.js';
import { paced } from '../shared/pace.js';
import { Alarms } from './alarms.js';
import { ChatEndings } from './chat-endings.js';
import { Chats } from './chats.js';
import { nextChatWords } from './next-chat.js';
import { Handovers } from './handovers.js';
import { ChatSelection } from './chat-selection.js';
import { ARRIVED_MS, Outage } from './outage.js';
import { Presence } from './presence.js';
import { Unsent } from './unsent.js';

export class AgentWork extends EventTarget {
  /** Names of teams the agent does not work for, once requested. @type {Map<string, string>} */
  otherTeams = new Map();
  chats = new Chats();
  /** @type {{at: number, list: Queue[]}} */
  queues = { at: 0, list: [] };
  /** The order of the list on the screen, for keys. @type {string[]} */
  order = [];
  #noting = false;
  /** The customer column is open, where it is a sheet. */
  aboutOpen = false;
  /** The sheet that closes a chat is open. */
  closing = false;
  /** Alarms of a supervisor's teams; empty for agents. */
  alarms = new Alarms();
  #unsent;
  #selection;
  /** The last `seq` of a chat that is in view; the view of it says. @type {(chat: string) => number} */
  seenUpto = () => Number.POSITIVE_INFINITY;

  /**
   * @param {{desk: DeskPort, drafts: Drafts, me: Me, ask?: typeof request, kept?: Pick<Storage, 'getItem'|'setItem'>|null,
   *   now?: () => number, goesOn?: () => boolean, attends?: () => boolean, drawn?: (then: () => void) => void}} options
   *   `kept`: storage of this tab; `goesOn`: the next chat is shown after a close; `attends`: somebody looks at the page; `drawn`: calls once what is known by now is on the screen
   */
  constructor({
    desk,
    drafts,
    me,
    ask = request,
    kept = null,
    now = () => Date.now(),
    goesOn = () => true,
    attends = () => true,
    drawn = (then) => setTimeout(then, 0),
  }) {
    super();
    this.desk = desk;
    this.drafts = drafts;
    this.me = me;
    this.now = now;
    this.drawn = drawn;
    const { chats } = this;
    const redraw = () => this.redraw();
    this.changed = paced(redraw);
    this.#unsent = new Unsent({ desk, drafts, chats, me: me.id });
    this.endings = new ChatEndings({
      ask,
      me: me.id,
      kept,
      chats,
      now,
      changed: this.changed,
      wanted: () => this.wanted,
      watches: () => this.watches,
      goesOn,
      enter: (chat) => this.enter(chat),
      close: (all) => this.#tell('close', all),
    });
    this.presence = new Presence({ desk, now, redraw, knows: (team) => chats.teams.has(team) });
    this.outage = new Outage({ chats, now, live: () => this.live, redraw });
    this.#selection = new ChatSelection({
      desk,
      chats,
      supervises: () => this.#supervises,
      attends,
      seenUpto: (chat) => this.seenUpto(chat),
      left: (chat) => this.#tell('left', chat),
    });
    this.handovers = new Handovers({
      commit: (type, fields) => this.commit(type, fields),
      chats,
      now,
      attends,
      teamName: (team) => this.teamName(team),
      taken: (chat) => this.#taken(chat),
      handedOn: (chat, to) => this.endings.handedOn(chat, to),
      redraw,
    });
    this.#listen();
  }

  #listen() {
    const { desk, chats } = this;
    desk.on('hello', (ok) => this.#greeted(ok));
    desk.on('event', (frame, { replay }) => this.#told(frame, replay));
    desk.on('resumed', (ok) => {
      chats.resumed(ok);
      this.changed();
      if (this.#selection.waits) this.drawn(() => this.#selection.followRest());
    });
    desk.on('reset', (chat) => {
      chats.forget(chat);
      this.changed();
    });
    desk.on('news', (frame) => this.#heard(frame));
    desk.on('outbox', this.changed);
    // Transferred on another page to a team whose chats this agent does not see.
    desk.on('error', ({ code, chat }) => code === 'not_found' && chat && chats.parted(chat, null) && this.changed());
    desk.on('state', (state) => this.#lineIs(state));
  }

  /** Redraws now, because the agent did something. */
  redraw() {
    this.handovers.pass();
    this.alarms.pass(this.now());
    this.endings.finished.pass();
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string} name @param {string|null} [detail] */
  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  get #supervises() {
    return this.me.role === 'supervisor';
  }

  /**
   * The alarms to show. None without a connection, because they may be over. Alarms of the agent's own chats are
   * already in the list.
   */
  get toTell() {
    const { live, alarms, chats } = this;
    return live ? alarms.all.filter(({ chat }) => chat === null || !chats.has(chat) || !chats.of(chat).held) : [];
  }

  /** The facts that the text of an alarm needs. @param {string} key of its team */
  aroundAlarm(key) {
    const { chats, queues } = this;
    return {
      name: this.teamName(key),
      team: chats.teams.get(key),
      queue: queues.list.find(({ team }) => team === key),
      told: queues.at,
      now: this.now(),
    };
  }

  /** Says how an available agent gets the next chat. */
  get coming() {
    const { served } = this;
    return nextChatWords(
      served.map((team) => ({ name: this.teamName(team), assign: this.chats.teams.get(team)?.assign })),
      this.queues.list.length - served.length,
    );
  }

  /** Teams from which an available agent takes new chats. @returns {string[]} */
  get served() {
    return this.queues.list.map(({ team }) => team).filter((team) => !this.presence.state?.paused.includes(team));
  }

  /** @param {string} key */
  teamName(key) {
    return this.chats.teams.get(key)?.name ?? this.otherTeams.get(key) ?? key;
  }

  get live() {
    return this.desk.state.line === 'live';
  }

  // -- what is heard -------------------------------------------------------------------------

  /** @param {Ok} ok */
  #greeted(ok) {
    this.#selection.follow(this.chats.greeted(ok));
    this.presence.heard({ type: 'presence', ...ok });
    this.queues = { at: this.now(), list: ok.queues ?? [] };
    // Current offers are sent again on each connection.
    this.handovers.offers.begin(ok.offers ?? [], this.now());
    if (this.#supervises) this.alarms.begin(ok.alarms ?? [], this.now());
    this.#selection.seek();
    this.changed();
  }

  /** @param {Durable} frame @param {boolean} replay */
  #told(frame, replay) {
    const { chat } = frame;
    const { held, about } = this.chats.of(chat);
    const meaning = this.chats.told(frame);
    // In a tab that has not followed the chat yet, the event comes by catching up.
    if (meaning === 'closed' && held) this.endings.uncoded.closed(frame, about);
    if (meaning === 'closed' && this.chats.of(chat).parting?.how === 'closed' && !replay) this.handovers.says(chat);
    if (meaning === 'message') this.outage.message(chat, frame.seq);
    if (meaning === 'assigned') {
      this.outage.given(chat);
      // Taken from the queue, or in another tab.
      this.handovers.offers.forget(chat);
    }
    if ((meaning === 'lost' || meaning === 'answered') && !replay) this.#parted(chat);
    // If the colleague accepts at once, the next event says so.
    if (meaning === 'asked' && !replay) setTimeout(() => this.chats.isAsked(chat) && this.#parted(chat), ARRIVED_MS);
    if (meaning === 'assigned' && !replay) this.#tell('assigned', chat);
    this.changed();
  }

  /** @param {Frame} frame */
  #heard(frame) {
    this.chats.heard(frame);
    if (frame.type === 'hours') this.chats.hours(frame.teams);
    else if (frame.type === 'queues') this.queues = { at: this.now(), list: frame.queues };
    else if (frame.type === 'presence' && frame.staff === this.me.id) this.presence.heard(frame);
    else if (frame.type === 'chat.offered') this.handovers.offers.offered(frame, this.now());
    else if (frame.type === 'chat.withdrawn') {
      if (this.handovers.withdrawn(frame)) this.#parted(frame.chat);
    } else if (frame.type === 'ticket.news') this.endings.uncoded.heard({ ticket: frame.ticket, status: frame.status });
    else if (frame.type === 'alarm' && this.#supervises) this.alarms.heard(frame, this.now());
    this.changed();
  }

  /** Shows what became of a chat. Unless it is on the screen, its events are no longer followed. @param {string} chat */
  #parted(chat) {
    this.handovers.says(chat);
    if (chat !== this.chosen) this.#selection.leave(chat);
  }

  /** @param {DeskState} state */
  #lineIs(state) {
    this.outage.lineIs(state.line === 'live');
    this.changed();
  }

  // -- which chat ----------------------------------------------------------------------------

  /** The chat on the screen. */
  get chosen() {
    return this.#selection.chosen;
  }

  /** The chat that the address names; it may not be loaded yet. */
  get wanted() {
    return this.#selection.wanted;
  }

  /** A supervisor watches the chat on the screen. */
  get watches() {
    return this.#selection.watches;
  }

  /** @returns {About|null} */
  get about() {
    return this.chosen === null ? null : this.chats.of(this.chosen).about;
  }

  /** The address names this chat. @param {string|null} chat */
  look(chat) {
    if (!this.#selection.at(chat)) return;
    this.#noting = false;
    this.aboutOpen = false;
    this.handovers.notHad = null;
    if (this.presence.state !== null) this.#selection.seek();
    this.redraw();
  }

  /** Shows another chat. @param {string|null} chat */
  go(chat) {
    this.#tell('go', chat);
  }

  /** Shows another chat, with the focus in its box. @param {string} chat */
  enter(chat) {
    this.go(chat);
    this.#tell('enter', chat);
  }

  /** Shows the first waiting chat of the list if no chat is on the screen. */
  openMostUrgent() {
    const chat = this.#selection.mostUrgent(this.now());
    if (chat !== null) this.go(chat);
  }

  /** Shows a chat that was on the screen before the page was left. @param {string} chat */
  reopen(chat) {
    if (this.#selection.again(chat) !== null) this.go(chat);
  }

  /** The agent is at the page. */
  noticed() {
    if (this.#selection.noticed()) this.read();
  }

  /** The agent sees what is on the screen. */
  read() {
    if (this.#selection.read()) this.changed();
  }

  /** @param {string} chat */
  #taken(chat) {
    this.#noting = false;
    this.enter(chat);
  }

  // -- what is written -----------------------------------------------------------------------

  /** @param {string} type @param {Record<string, unknown>} fields */
  commit(type, fields) {
    return committed(this.desk, type, fields);
  }

  /** A note is being written. In a watched chat only notes are possible. */
  get noting() {
    return this.#noting || this.watches;
  }

  /** @param {boolean} on */
  note(on) {
    this.#noting = on;
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

  /** Key of the draft of a reply or a note. @param {string} chat @param {boolean} [noting] */
  draftKey(chat, noting = false) {
    return noting ? `${chat}.note` : chat;
  }

  /** The draft of a reply. @param {string} chat */
  draft(chat) {
    return this.drafts.get(this.draftKey(chat));
  }

  /** Unsent texts, except those of the chat on the screen. Unknown until the desk has listed the agent's chats. */
  get unsent() {
    return this.presence.state === null ? [] : this.#unsent.list(this.chosen);
  }

  /** Drafts in a chat that is over, or that a colleague has. @param {string} chat */
  begun(chat) {
    return this.#unsent.of(chat);
  }

  /** Discards an unsent text. @param {Piece} piece */
  drop({ entry, key }) {
    if (entry) this.desk.discard(entry);
    else this.drafts.set(key, '');
    this.redraw();
  }

  // -- columns and dialogs -------------------------------------------------------------------

  /** @param {boolean} open */
  showAbout(open) {
    this.aboutOpen = open;
    this.redraw();
  }

  get #holdsChosen() {
    return this.chosen !== null && this.chats.of(this.chosen).held;
  }

  /** Transfer the chat on the screen. */
  transfer() {
    if (this.#holdsChosen) this.#tell('transfer');
  }

  /** Opens the dialog that blocks the customer of the chat on the screen, if the person may. */
  block() {
    if (this.chosen !== null && this.#supervises) this.#tell('block');
  }

  /** Opens the list of blocks. */
  showBlocked() {
    this.#tell('blocked');
  }

  /** Opens the list of a team's chats. @param {string} team */
  lookAt(team) {
    this.#tell('team', team);
  }
}
