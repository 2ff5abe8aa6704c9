/**
 * The desk, as a page sees it: events of chats in order and once, commands that are kept until they are stored,
 * and how the line stands. One socket serves all tabs of a scope; a page does not notice which one holds it.
 */

import { Chats } from './chats.js';
import { Customer } from './customer.js';
import { absolute, browserEnv, listenTo } from './environment.js';
import { DeskError, discarded, noLine, refusalOf } from './errors.js';
import { idsBy } from './ids.js';
import { Leader, RESUMES } from './leader.js';
import { lineState } from './connection.js';
import { Listeners } from './listeners.js';
import { Nudges } from './nudges.js';
import { Outbox } from './outbox.js';
import { WRITES } from './sender.js';
import { Kept } from './storage.js';
import { Tabs } from './tabs.js';
import { Pending, Waiters } from './waiting.js';

/** @import { Command, DeskOptions, DeskState, Durable, Entry, Events, Fields, Frame, LineState, Notice, Ok, Request, Slot } from './types.js' */
/** @import { Message } from './tabs.js' */

export { DeskError } from './errors.js';

/** Of what the tabs say to each other; tabs of another version hold a socket of their own. */
const VERSION = 1;
const REQUESTS = new Set([
  'ask',
  'nudge',
  'commit',
  'retry',
  'discard',
  'send',
  'cast',
  'resume',
  'identify',
  'forget',
]);

/** @param {DeskOptions} options @returns {DeskClient} */
export function openDesk(options) {
  return new DeskClient(options);
}

export class DeskClient {
  /** @type {Ok|null} the last `ok` to `hello` */
  hello = null;
  #started = false;
  /** @type {DeskState} */
  #state;
  #session = '';
  /** @type {string|null} */
  #epoch;
  #leaderName = '';
  /** The other tabs are to forget too; that they do is no news here. */
  #forgets = false;
  /** @type {Leader|null} where this tab holds the socket */
  #leader = null;
  #pending = new Pending();
  #waiters = new Waiters();
  /** @type {Set<string>} ids of the entries written here */
  #mine = new Set();
  /** @type {Map<string, {entry: Entry, chat: string, seq: number}>} stored, and not yet seen as an event: shown as sending until then */
  #settling = new Map();
  #unlisten = () => {};
  #listeners;
  #customer;
  #nudges;
  #options;
  #env;
  #name;
  #newId;
  #kept;
  #outbox;
  #chats;
  #tabs;

  /** @param {DeskOptions} options */
  constructor(options) {
    this.#options = options;
    this.#listeners = new Listeners(options.held);
    this.#env = { ...browserEnv(), ...options.env };
    this.#newId = idsBy(this.#env.now);
    this.#name = this.#newId();
    this.#kept = new Kept(`switchboard.desk.${options.scope}.`, options.storage);
    this.#customer = new Customer(this.#kept);
    this.#outbox = new Outbox(this.#kept);
    this.#epoch = this.#kept.get('epoch');
    this.#state = { ...lineState('connecting', this.#env.now()), leader: false };
    this.#chats = new Chats({
      deliver: (frame, about) => this.#deliver(frame, about),
      resume: (chat, after, way) => this.#ask({ kind: 'resume', chat, after, way }),
      resumed: (ok) => this.#emit('resumed', ok),
      reset: (chat) => this.#emit('reset', chat),
      error: (refusal) => this.#emit('error', new DeskError(refusal)),
    });
    this.#nudges = new Nudges({
      env: this.#env,
      needed: () => this.#started && !this.#leader && !this.#tabs.alone,
      nudge: (eager) => this.#ask({ kind: 'nudge', eager }),
      seize: () => this.#tabs.seize(),
    });
    this.#tabs = new Tabs({
      name: `switchboard.${VERSION}.${options.scope}`,
      env: this.#env,
      on: { lead: () => this.#lead(), follow: () => this.#stepDown(), heard: (message) => this.#heard(message) },
    });
  }

  // -- the line ----------------------------------------------------------------------------

  /** Connect, or (after the desk had closed the line for good: signed out, another version) try once more. */
  start() {
    if (this.#started) {
      this.#ask({ kind: 'ask', fresh: true });
      return;
    }
    this.#started = true;
    this.#unlisten = listenTo(this.#env, {
      turnedTo: () => (this.#leader ? this.#leader.nudge() : this.#nudges.ask(true)),
      hidden: () => this.#part(),
      shown: () => this.#join(),
      stored: (event) => this.#storedElsewhere(event),
    });
    this.#join();
  }

  /** Let go of the line. What is not acknowledged stays kept. */
  stop() {
    if (!this.#started) return;
    this.#started = false;
    this.#unlisten();
    this.#part();
    this.#become(lineState('stopped', this.#env.now()));
  }

  /** @returns {DeskState} */
  get state() {
    return this.#state;
  }

  /**
   * @template {keyof Events} N
   * @param {N} name @param {Events[N]} listener @returns {() => void} ends it
   */
  on(name, listener) {
    return this.#listeners.on(name, listener);
  }

  /** Of a desk that was held: all that happened so far, in its order, and from now on what happens. */
  tell() {
    this.#listeners.tell();
  }

  // -- commands ----------------------------------------------------------------------------

  /**
   * A command that is not kept across reloads. Waits for the line, and is repeated after a lost one; with `now` it is refused instead.
   * @param {string} type @param {Fields} [fields] @param {{now?: boolean}} [how]
   * @returns {Promise<Ok>} rejects with a DeskError
   */
  command(type, fields = {}, { now = false } = {}) {
    const { line } = this.#state;
    if (line === 'stopped' || (now && line !== 'live')) return Promise.reject(new DeskError(noLine()));
    const id = this.#newId();
    const command = { type, fields: spoken(fields) };
    const answer = this.#pending.add(id, command, now);
    if (RESUMES.has(type))
      this.#chats.expect(fields.chat, fields.after ?? 0, type === 'chat.watch' ? 'watch' : 'resume');
    if (line === 'live') this.#ask({ kind: 'send', id, command });
    return answer;
  }

  /**
   * A durable command, kept with its id until the desk has stored it.
   * @param {string} type @param {Fields} fields
   * @returns {{id: string, done: Promise<Ok>}} `done` rejects with a DeskError when the command fails or is discarded
   */
  commit(type, fields) {
    const id = this.#newId(this.#outbox.last);
    /** @type {Entry} */
    const entry = {
      id,
      type,
      fields: spoken(fields),
      status: 'sending',
      refusal: null,
      at: this.#env.now(),
      as: this.hello?.visitor,
    };
    this.#outbox.put(entry);
    this.#mine.add(id);
    const done = this.done(id);
    this.#ask({ kind: 'commit', entry });
    if (!this.#leader) this.#emit('outbox', this.outbox());
    return { id, done };
  }

  /** How an entry of the outbox ends, one of an earlier page's too. @param {string} id @returns {Promise<Ok>} */
  done(id) {
    const done = this.#waiters.of(id);
    const entry = this.#outbox.get(id);
    if (!entry) this.#waiters.settle(id, null);
    else if (entry.status === 'failed') this.#waiters.settle(id, null, entry.refusal ?? discarded());
    return done;
  }

  /** What is not acknowledged, in order. @param {string} [chat] only this one's @returns {Entry[]} */
  outbox(chat) {
    for (const [id, settling] of this.#settling) {
      if (!this.#chats.follows(settling.chat) || this.#chats.lastSeq(settling.chat) >= settling.seq)
        this.#settling.delete(id);
    }
    const settling = [...this.#settling.values()]
      .map(({ entry }) => entry)
      .filter((entry) => chat === undefined || entry.fields.chat === chat);
    return [...settling, ...this.#outbox.all(chat)].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** A failed one again, with the same id, and what it held behind it; or one that was put off, at once. @param {string} id @returns {Promise<Ok>} */
  retry(id) {
    const entry = this.#outbox.get(id);
    if (entry) {
      if (!this.#leader && entry.status === 'failed') this.#outbox.put({ ...entry, status: 'sending', refusal: null });
      this.#mine.add(id);
      this.#ask({ kind: 'retry', entry });
      if (!this.#leader) this.#emit('outbox', this.outbox());
    }
    return this.done(id);
  }

  /** Take it back. One that is under way may arrive all the same. @param {string} id */
  discard(id) {
    if (!this.#outbox.get(id)) return;
    this.#ask({ kind: 'discard', id });
    if (!this.#leader) this.#gone(id, null);
  }

  /** `typing`, `read`: nobody answers; dropped without a line, the newest of each chat once in a while. @param {string} type @param {Fields} fields */
  cast(type, fields) {
    this.#ask({ kind: 'cast', command: { type, fields: spoken(fields) } });
  }

  /** The answer to a challenge of the desk (`proof_needed`). @param {{challenge: string, bits: number}} asked */
  prove(asked) {
    return this.#env.prove(asked);
  }

  // -- chats -------------------------------------------------------------------------------

  /**
   * Everything of a chat after `after`, now and after every reconnect. On one that is followed already: again from there.
   * @param {string} chat @param {number} [after] @param {{watch?: boolean}} [how] `watch`: as a supervisor who listens in
   */
  follow(chat, after = 0, { watch = false } = {}) {
    this.#chats.follow(chat, after, watch ? 'watch' : 'resume');
  }

  /** @param {string} chat */
  unfollow(chat) {
    if (this.#chats.unfollow(chat) === 'watch') this.command('chat.unwatch', { chat }, { now: true }).catch(() => {});
  }

  /** @param {string} chat @returns {number} the `seq` seen last; 0 where none was */
  lastSeq(chat) {
    return this.#chats.lastSeq(chat);
  }

  /** The visitor's token, a bearer token of the HTTP interface too. @returns {string|null} null before the first `hello` */
  get token() {
    return this.#customer.token;
  }

  /** This browser is an account's: what is kept of it opens with a proof. */
  get isAccounts() {
    return this.#kept.get('account') !== null;
  }

  /** This browser is an account's, and nobody has proven it: what is kept of that one waits. */
  get guest() {
    return this.#customer.slot === 'guest';
  }

  /** Who the desk knows the customer to be, by a proof that it took. @returns {import('./identity.js').Proof|null} */
  get proof() {
    return this.#customer.proof;
  }

  /**
   * Who the customer is, signed by the site around the page, or a renewed proof of it. Another account than the one that this browser
   * knew: what is kept of that one is forgotten first, in every tab.
   * @param {string} identity a JWT
   */
  identify(identity) {
    const another = this.#customer.another(identity);
    if (another) this.forget();
    this.#customer.identified(identity);
    this.#ask({ kind: 'identify', identity });
    if (another && this.#started) this.start();
  }

  /** Somebody signed out: `forget`, and the desk takes the tokens that were kept here no more. */
  signOut() {
    this.#customer.endTokens(this.#env);
    this.forget();
  }

  /** The token and all that is kept go, in every tab, and the line with them. `start` begins as somebody new. */
  forget() {
    this.#ask({ kind: 'forget' });
    if (this.#leader) return;
    this.#forgotten();
    this.#forgets = true;
  }

  // -- the other tabs ------------------------------------------------------------------------

  #join() {
    this.#become(lineState('connecting', this.#env.now()));
    this.#tabs.join();
    if (!this.#leader) {
      if (this.#forgets) this.#ask({ kind: 'forget' });
      const { identity } = this.#customer;
      if (identity) this.#ask({ kind: 'identify', identity });
      this.#ask({ kind: 'ask', fresh: true });
    }
    this.#nudges.ask();
  }

  #part() {
    this.#nudges.stop();
    const leader = this.#leader;
    this.#leader = null;
    this.#leaderName = '';
    this.#session = '';
    leader?.stop();
    this.#tabs.leave();
  }

  #lead() {
    const { role, url, hello = () => ({}) } = this.#options;
    const leader = new Leader({
      env: this.#env,
      name: this.#name,
      url: absolute(url),
      role,
      hello,
      identity: this.#customer.identity,
      outbox: this.#outbox,
      kept: this.#kept,
      newId: this.#newId,
      notify: (notice) => {
        // One that has stepped down has nothing more to say.
        if (this.#leader !== leader) return;
        this.#tabs.post(notice);
        this.#told(notice);
      },
    });
    this.#leader = leader;
    this.#forgets = false;
    leader.start();
  }

  #stepDown() {
    const leader = this.#leader;
    this.#leader = null;
    leader?.stop();
    this.#become(lineState('connecting', this.#env.now()));
    this.#ask({ kind: 'ask', fresh: false });
    this.#nudges.ask();
  }

  /** @param {Request} request */
  #ask(request) {
    if (this.#leader) this.#leader.request(request);
    else this.#tabs.post(request);
  }

  /** @param {Message} message from another tab */
  #heard(message) {
    if (REQUESTS.has(message.kind)) this.#leader?.request(/** @type {Request} */ (message));
    else if (!this.#leader) this.#told(/** @type {Notice} */ (message));
  }

  /** @param {{key: string|null, newValue: string|null}} event */
  #storedElsewhere({ key, newValue }) {
    const name = this.#kept.nameOf(key);
    if (name === null || !this.#tabs.alone) return;
    if (this.#outbox.elsewhere(name, newValue, (id) => this.#waiters.has(id))) this.#emit('outbox', this.outbox());
  }

  // -- what the leading tab tells -------------------------------------------------------------

  /** @param {Notice} notice */
  #told(notice) {
    this.#nudges.answered();
    switch (notice.kind) {
      case 'state':
        this.#stateTold(notice.state, notice.leader);
        break;
      case 'hello':
        this.#greeted(notice.ok, notice.session, notice.identity, notice.slot);
        break;
      case 'event':
        this.#chats.event(notice.frame);
        break;
      case 'news':
        this.#emit('news', notice.frame);
        break;
      case 'answer':
        this.#answered(notice.frame, notice.command);
        break;
      case 'entry':
        this.#entryTold(notice.entry);
        break;
      case 'gone':
        this.#gone(notice.id, notice.ok);
        break;
      case 'identified':
        this.#customer.identified(notice.identity);
        break;
      case 'afresh':
        this.#chats.afresh();
        break;
      case 'error':
        this.#emit('error', new DeskError(notice.refusal));
        break;
      case 'forgotten':
        this.#forgotten();
        break;
    }
  }

  /** @param {LineState} state @param {string} leader */
  #stateTold(state, leader) {
    if (leader !== this.#leaderName) {
      this.#leaderName = leader;
      // It may not share a storage with this tab, or not have read it yet.
      if (!this.#leader)
        for (const entry of this.#outbox.all())
          if (this.#mine.has(entry.id) && entry.status === 'sending') this.#ask({ kind: 'commit', entry });
    }
    this.#become(state);
  }

  /** @param {LineState} state */
  #become(state) {
    const next = { ...state, leader: this.#leader !== null };
    const before = this.#state;
    this.#state = next;
    if (state.line !== 'live') this.#pending.refuse(state.line === 'stopped');
    if (Object.entries(next).some(([name, value]) => before[/** @type {keyof DeskState} */ (name)] !== value))
      this.#emit('state', next);
  }

  /** @param {Ok} ok @param {string} session @param {string|null} identity by which the desk knows who it is @param {Slot} [slot] */
  #greeted(ok, session, identity, slot = 'token') {
    if (session === this.#session) return;
    this.#session = session;
    this.#customer.slot = slot;
    // A tab that leads next may not have been told by its page yet.
    this.#customer.identity ??= identity;
    this.#forgets = false;
    const same = this.#epoch === null || this.#epoch === ok.epoch;
    this.#epoch = ok.epoch ?? null;
    if (this.#epoch !== null) this.#kept.set('epoch', this.#epoch);
    this.#greetedAs(ok, identity);
    this.#chats.greeted(this.#me(), same);
    for (const [id, { command }] of this.#pending) this.#ask({ kind: 'send', id, command });
    this.#emit('hello', ok);
  }

  /** @param {Ok} ok @param {string|null} identity */
  #greetedAs(ok, identity) {
    this.hello = ok;
    this.#customer.greeted(ok, identity);
    for (const entry of this.#outbox.greeted(ok.visitor, !this.guest)) this.#entryTold(entry);
  }

  #me() {
    const { role, hello } = this.#options;
    const id = this.hello?.[role === 'staff' ? 'staff' : 'visitor'] ?? null;
    const name = role === 'staff' ? this.hello?.name : hello?.().name;
    return { role, id, name: name ?? null, supervisor: this.hello?.role === 'supervisor' };
  }

  /** @param {Frame} frame @param {Command} command */
  #answered(frame, command) {
    const pending = this.#pending.get(frame.id);
    this.#pending.delete(frame.id);
    if (command.type === 'identify' && frame.type === 'ok') this.#proven(frame, command.fields.identity);
    this.#chats.answered(frame, command, pending !== undefined);
    if (frame.type === 'ok') this.#acknowledged(frame, command);
    if (frame.type === 'ok') pending?.resolve(frame);
    else if (pending) pending.reject(new DeskError(refusalOf(frame)));
    else if (command.type === 'identify') this.#emit('error', new DeskError(refusalOf(frame)));
  }

  /** @param {Ok} ok to `identify`: where it makes another visitor, what was followed has ended @param {string} identity */
  #proven(ok, identity) {
    const same = this.hello?.visitor === ok.visitor;
    this.#greetedAs({ ...this.hello, visitor: ok.visitor, token: ok.token, chats: ok.chats }, identity);
    if (!same) this.#chats.clear();
    if (this.hello) this.#emit('hello', this.hello);
  }

  /** @param {Frame} ok @param {Command} command */
  #acknowledged(ok, command) {
    const entry = this.#outbox.get(ok.id);
    if (entry && WRITES.has(command.type)) this.#settling.set(ok.id, { entry, chat: ok.chat, seq: ok.seq });
    if (entry || this.#waiters.has(ok.id)) this.#gone(ok.id, ok);
  }

  /** @param {Entry} entry */
  #entryTold(entry) {
    if (!this.#leader) this.#outbox.mirror(entry);
    if (entry.status === 'failed') this.#waiters.settle(entry.id, null, entry.refusal ?? discarded());
    this.#emit('outbox', this.outbox());
  }

  /** @param {string} id @param {Ok|null} ok null: discarded */
  #gone(id, ok) {
    this.#outbox.remove(id);
    this.#mine.delete(id);
    this.#waiters.settle(id, ok);
    this.#emit('outbox', this.outbox());
  }

  #forgotten() {
    this.#customer.forgotten();
    this.#outbox.greeted(undefined, false);
    for (const { id } of this.#outbox.all()) this.#outbox.remove(id);
    for (const id of this.#waiters.keys()) this.#waiters.settle(id, null);
    this.#pending.refuse(true);
    this.#mine.clear();
    this.#settling.clear();
    this.#chats.clear();
    this.hello = null;
    this.#epoch = null;
    this.#session = '';
    if (!this.#forgets) this.#emit('forgotten');
    this.#forgets = false;
    this.#emit('outbox', []);
  }

  /** @param {Durable} frame @param {{chat: string, replay: boolean}} about */
  #deliver(frame, about) {
    this.#emit('event', frame, about);
    if (this.#settling.size) this.#emit('outbox', this.outbox());
  }

  /** @template {keyof Events} N @param {N} name @param {Parameters<Events[N]>} args */
  #emit(name, ...args) {
    this.#listeners.emit(name, ...args);
  }
}

/** @param {Fields} fields @returns {Fields} without those that are undefined: the server refuses what it does not know, and null may mean something */
function spoken(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
