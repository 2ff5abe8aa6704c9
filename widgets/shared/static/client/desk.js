/**
 * The desk, as a page sees it: events of chats in order and once, commands that are kept until they are stored,
 * and how the line stands. One socket serves all tabs of a scope; a page does not notice which one holds it.
 */

import { Chats } from './chats.js';
import { DeskError, discarded, noLine, refusalOf } from './errors.js';
import { accountOf, proofOf } from './identity.js';
import { idsBy } from './ids.js';
import { lazily } from './lazily.js';
import { Leader, RESUMES } from './leader.js';
import { lineState } from './line.js';
import { Outbox } from './outbox.js';
import { WRITES } from './sender.js';
import { endToken } from './sign-out.js';
import { Kept } from './storage.js';
import { Tabs } from './tabs.js';

/** @import { Command, DeskState, Durable, Entry, Env, Fields, Frame, LineState, Notice, Ok, Refusal, Request, Slot } from './types.js' */
/** @import { StorageLike } from './storage.js' */
/** @import { Message } from './tabs.js' */

export { DeskError } from './errors.js';

/** How often a tab that somebody looks at asks whether the leading one is awake. */
const NUDGE_MS = 4_000;
/** Unanswered nudges after which the leading tab is taken for frozen. */
const NUDGES = 2;
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

/**
 * @typedef {Object} DeskOptions
 * @property {'customer'|'staff'} role
 * @property {string} url `/ws/customer` or `/ws/staff`; made absolute from the page's address
 * @property {string} scope prefix in the storage, name of lock and channel; staff pages put the user's id in it
 * @property {() => Fields} [hello] further fields of the `hello` frame; those that are null or undefined are left out
 * @property {boolean} [held] what happens is told from `tell` on, and not before: nobody listens yet
 * @property {StorageLike|null} [storage] null where it is blocked: then all is kept as long as a page lives
 * @property {Partial<Env>} [env] for tests
 *
 * @typedef {Object} Events what `on` can listen to
 * @property {(state: DeskState) => void} state
 * @property {(ok: Ok) => void} hello after each reconnect, and after each proof of who the customer is, too
 * @property {(frame: Durable, about: {chat: string, replay: boolean}) => void} event durable ones, once, in order; one's own too
 * @property {(frame: Frame) => void} news what is not durable
 * @property {(entries: Entry[]) => void} outbox
 * @property {(ok: Ok) => void} resumed the `ok` to a resume, with its `chat`
 * @property {(chat: string) => void} reset the events of this chat come again from the first: forget what is shown of it
 * @property {(error: DeskError) => void} error a refusal that no promise tells of
 * @property {() => void} forgotten somebody signed out, or somebody else signed in: nothing that is shown is the reader's any longer
 *
 * @typedef {{promise: Promise<Ok>, resolve: (ok: Ok) => void, reject: (error: DeskError) => void}} Waiter
 * @typedef {Waiter & {command: Command, now: boolean}} Pending
 */

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
  /** @type {string|null} the proof that was given last, in whichever tab */
  #identity = null;
  /** @type {Slot} */
  #slot = 'token';
  /** @type {import('./identity.js').Proof|null} who the desk knows the customer to be */
  #proof = null;
  /** The other tabs are to forget too; that they do is no news here. */
  #forgets = false;
  /** @type {Leader|null} where this tab holds the socket */
  #leader = null;
  #unanswered = 0;
  /** @type {any} */
  #nudgeTimer = null;
  /** @type {Map<string, Pending>} commands that are not kept, by id */
  #pending = new Map();
  /** @type {Map<string, Waiter>} who waits for an entry of the outbox, by id */
  #waiters = new Map();
  /** @type {Set<string>} ids of the entries written here */
  #mine = new Set();
  /** @type {Map<string, {entry: Entry, chat: string, seq: number}>} stored, and not yet seen as an event: shown as sending until then */
  #settling = new Map();
  /** @type {Map<string, Set<(...args: any[]) => void>>} */
  #listeners = new Map();
  /** What tells what happened and is not told yet. @type {Array<() => void>|null} */
  #untold;
  /** @type {Array<() => void>} */
  #unlisten = [];
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
    this.#untold = options.held ? [] : null;
    this.#env = { ...browserEnv(), ...options.env };
    this.#newId = idsBy(this.#env.now);
    this.#name = this.#newId();
    this.#kept = new Kept(`switchboard.desk.${options.scope}.`, options.storage);
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
    this.#listen();
    this.#join();
  }

  /** Let go of the line. What is not acknowledged stays kept. */
  stop() {
    if (!this.#started) return;
    this.#started = false;
    for (const unlisten of this.#unlisten.splice(0)) unlisten();
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
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Of a desk that was held: all that happened so far, in its order, and from now on what happens. */
  tell() {
    const untold = this.#untold ?? [];
    this.#untold = null;
    for (const told of untold) told();
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
    const pending = { ...waiter(), command, now };
    this.#pending.set(id, pending);
    if (RESUMES.has(type))
      this.#chats.expect(fields.chat, fields.after ?? 0, type === 'chat.watch' ? 'watch' : 'resume');
    if (line === 'live') this.#ask({ kind: 'send', id, command });
    return pending.promise;
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
    const waiting = this.#waiters.get(id) ?? waiter();
    this.#waiters.set(id, waiting);
    const entry = this.#outbox.get(id);
    if (!entry) this.#settle(id, null, discarded());
    else if (entry.status === 'failed') this.#settle(id, null, entry.refusal ?? discarded());
    return waiting.promise;
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
    return this.#kept.get(this.#slot);
  }

  /** This browser is an account's: what is kept of it opens with a proof. */
  get isAccounts() {
    return this.#kept.get('account') !== null;
  }

  /** This browser is an account's, and nobody has proven it: what is kept of that one waits. */
  get guest() {
    return this.#slot === 'guest';
  }

  /** Who the desk knows the customer to be, by a proof that it took. @returns {import('./identity.js').Proof|null} */
  get proof() {
    return this.#proof;
  }

  /**
   * Who the customer is, signed by the site around the page, or a renewed proof of it. Another account than the one that this browser
   * knew: what is kept of that one is forgotten first, in every tab.
   * @param {string} identity a JWT
   */
  identify(identity) {
    const known = this.#kept.get('account');
    const another = known !== null && known !== accountOf(identity);
    if (another) this.forget();
    this.#identified(identity);
    this.#ask({ kind: 'identify', identity });
    if (another && this.#started) this.start();
  }

  /** Somebody signed out: `forget`, and the desk takes the tokens that were kept here no more. */
  signOut() {
    for (const slot of ['token', 'guest']) {
      const token = this.#kept.get(slot);
      if (token) endToken(token, this.#env);
    }
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
      if (this.#identity) this.#ask({ kind: 'identify', identity: this.#identity });
      this.#ask({ kind: 'ask', fresh: true });
    }
    this.#nudge(false);
  }

  #part() {
    this.#env.clearTimeout(this.#nudgeTimer);
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
      identity: this.#identity,
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
    this.#nudge(false);
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

  // A tab in the background has slow timers, one that is frozen none: the tab that is looked at keeps time for the leading
  // one, and takes over when it does not answer.
  /** @param {boolean} eager somebody has just turned to this tab */
  #nudge(eager) {
    this.#env.clearTimeout(this.#nudgeTimer);
    if (!this.#started || this.#leader || this.#tabs.alone || this.#env.document?.visibilityState === 'hidden') return;
    if (this.#unanswered >= NUDGES) {
      this.#unanswered = 0;
      this.#tabs.seize();
    } else {
      this.#unanswered += 1;
      this.#ask({ kind: 'nudge', eager });
    }
    this.#nudgeTimer = this.#env.setTimeout(() => this.#nudge(false), NUDGE_MS);
  }

  #listen() {
    const { window, document } = this.#env;
    /** @param {EventTarget|null} target @param {string} type @param {(event: any) => void} listener */
    const on = (target, type, listener) => {
      target?.addEventListener(type, listener);
      this.#unlisten.push(() => target?.removeEventListener(type, listener));
    };
    on(window, 'online', () => this.#lookedAt());
    on(window, 'offline', () => this.#lookedAt());
    on(document, 'visibilitychange', () => document?.visibilityState === 'visible' && this.#lookedAt());
    on(window, 'pagehide', () => this.#part());
    on(window, 'pageshow', (event) => event.persisted && this.#join());
    on(window, 'storage', (event) => this.#storedElsewhere(event));
  }

  #lookedAt() {
    if (this.#leader) this.#leader.nudge();
    else this.#nudge(true);
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
    this.#unanswered = 0;
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
        this.#identified(notice.identity);
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
    for (const [id, { now, reject }] of this.#pending) {
      if (state.line === 'stopped' || (now && state.line !== 'live')) {
        this.#pending.delete(id);
        reject(new DeskError(noLine()));
      }
    }
    if (Object.entries(next).some(([name, value]) => before[/** @type {keyof DeskState} */ (name)] !== value))
      this.#emit('state', next);
  }

  /** @param {Ok} ok @param {string} session @param {string|null} identity by which the desk knows who it is @param {Slot} [slot] */
  #greeted(ok, session, identity, slot = 'token') {
    if (session === this.#session) return;
    this.#session = session;
    this.#slot = slot;
    // A tab that leads next may not have been told by its page yet.
    this.#identity ??= identity;
    this.#forgets = false;
    const same = this.#epoch === null || this.#epoch === ok.epoch;
    this.#epoch = ok.epoch ?? null;
    if (this.#epoch !== null) this.#kept.set('epoch', this.#epoch);
    this.#greetedAs(ok, identity);
    this.#chats.greeted(this.#me(), same);
    for (const [id, { command }] of this.#pending) this.#ask({ kind: 'send', id, command });
    this.#emit('hello', ok);
  }

  /** @param {string} identity */
  #identified(identity) {
    const account = accountOf(identity);
    if (account) this.#kept.set('account', account);
    this.#identity = identity;
  }

  /** @param {Ok} ok @param {string|null} identity */
  #greetedAs(ok, identity) {
    this.hello = ok;
    this.#proof = identity === null ? null : proofOf(identity);
    if (typeof ok.token === 'string') this.#kept.set(this.#slot, ok.token);
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
    if (entry.status === 'failed') this.#settle(entry.id, null, entry.refusal ?? discarded());
    this.#emit('outbox', this.outbox());
  }

  /** @param {string} id @param {Ok|null} ok null: discarded */
  #gone(id, ok) {
    this.#outbox.remove(id);
    this.#mine.delete(id);
    this.#settle(id, ok, discarded());
    this.#emit('outbox', this.outbox());
  }

  /** @param {string} id @param {Ok|null} ok @param {Refusal} refusal for lack of an `ok` */
  #settle(id, ok, refusal) {
    const waiting = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (ok) waiting?.resolve(ok);
    else waiting?.reject(new DeskError(refusal));
  }

  #forgotten() {
    for (const name of ['token', 'guest', 'epoch', 'account']) this.#kept.remove(name);
    this.#identity = null;
    this.#proof = null;
    this.#slot = 'token';
    this.#outbox.greeted(undefined, false);
    for (const { id } of this.#outbox.all()) this.#outbox.remove(id);
    for (const id of [...this.#waiters.keys()]) this.#settle(id, null, discarded());
    for (const { reject } of this.#pending.values()) reject(new DeskError(noLine()));
    this.#pending.clear();
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

  /**
   * @template {keyof Events} N
   * @param {N} name @param {Parameters<Events[N]>} args
   */
  #emit(name, ...args) {
    if (this.#untold) {
      this.#untold.push(() => this.#emit(name, ...args));
      return;
    }
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(...args);
      } catch (error) {
        // A fault of the page is the page's to see; the line goes on.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}

/** @returns {Waiter} whose refusal may go unheard */
function waiter() {
  /** @type {any} */
  let settle;
  /** @type {Promise<Ok>} */
  const promise = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  promise.catch(() => {});
  return { promise, ...settle };
}

/** @param {Fields} fields @returns {Fields} without those that are undefined: the server refuses what it does not know, and null may mean something */
function spoken(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** @param {string} url */
function absolute(url) {
  const whole = new URL(url, globalThis.location?.href);
  whole.protocol = whole.protocol.replace('http', 'ws');
  return whole.href;
}

/** @returns {Env} */
function browserEnv() {
  const { navigator, window, document } = globalThis;
  return {
    WebSocket: /** @type {Env['WebSocket']} */ (/** @type {unknown} */ (globalThis.WebSocket)),
    fetch: (url, init) => fetch(url, init),
    prove: async (challenge) => (await lazily(() => import('./work.js'))).solve(challenge),
    now: () => Date.now(),
    setTimeout: (run, ms) => setTimeout(run, ms),
    clearTimeout: (timer) => clearTimeout(timer),
    random: () => Math.random(),
    online: () => navigator?.onLine !== false,
    locks: navigator?.locks ?? null,
    BroadcastChannel: globalThis.BroadcastChannel ?? null,
    window: window ?? null,
    document: document ?? null,
  };
}
