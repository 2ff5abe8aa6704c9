/**
 * The desk, as a page sees it: events of chats once and in order, commands that are kept until they are stored, and the
 * state of the connection. One socket serves all tabs of a scope; a page does not notice which tab holds it.
 */

import { Chats, readerOf } from './chats.js';
import { Commits } from './commits.js';
import { Customer } from './customer.js';
import { absolute, browserEnv, listenTo } from './environment.js';
import { DeskError, noLine, refusalOf } from './errors.js';
import { idsBy } from './ids.js';
import { Leader, RESUMES } from './leader.js';
import { Leadership } from './leadership.js';
import { lineState } from './connection.js';
import { Listeners } from './listeners.js';
import { Outbox } from './outbox.js';
import { spoken } from './spoken.js';
import { Kept } from './storage.js';
import { Tickets } from './tickets.js';
import { Pending } from './waiting.js';

/** @import { Command, DeskOptions, DeskState, Entry, Events, Fields, Frame, LineState, Notice, Ok, Request, Slot } from './types.js' */

export { DeskError } from './errors.js';

/** Version of the messages between tabs; tabs of another version have their own socket. */
const VERSION = 2;
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
  /** The id of a sign-out of this tab that the leading tab has not confirmed yet, or ''. */
  #forgets = '';
  #pending = new Pending();
  #unlisten = () => {};
  #listeners;
  #options;
  #env;
  #newId;
  #kept;
  #outbox;
  #chats;
  #commits;
  #tabs;

  /** @param {DeskOptions} options */
  constructor(options) {
    this.#options = options;
    this.#listeners = new Listeners(options.held);
    this.#env = { ...browserEnv(), ...options.env };
    this.#newId = idsBy(this.#env.now);
    this.#kept = new Kept(`switchboard.desk.${options.scope}.`, options.storage);
    this.customer = new Customer(this.#kept);
    this.#outbox = new Outbox(this.#kept);
    this.#epoch = this.#kept.get('epoch');
    this.#state = { ...lineState('connecting', this.#env.now()), leader: false };
    this.#chats = new Chats({
      deliver: (frame, about) => {
        this.#emit('event', frame, about);
        if (this.#commits.settling) this.#emit('outbox', this.outbox());
      },
      resume: (chat, after, way) => this.#ask({ kind: 'resume', chat, after, way }),
      resumed: (ok) => this.#emit('resumed', ok),
      reset: (chat) => this.#emit('reset', chat),
      error: (refusal) => this.#emit('error', new DeskError(refusal)),
    });
    this.tickets = new Tickets({
      lists: options.role === 'customer',
      emit: (name, ...told) => this.#emit(name, .../** @type {[any]} */ (told)),
      send: (command) => this.#state.line === 'live' && this.#ask({ kind: 'send', id: this.#newId(), command }),
    });
    this.#commits = new Commits({
      env: this.#env,
      newId: this.#newId,
      outbox: this.#outbox,
      chats: this.#chats,
      ask: (request) => this.#ask(request),
      leads: () => this.#tabs.leads,
      changed: () => this.#emit('outbox', this.outbox()),
    });
    const name = this.#newId();
    this.#tabs = new Leadership({
      name: `switchboard.${VERSION}.${options.scope}`,
      env: this.#env,
      started: () => this.#started,
      make: (notify) => this.#leader(name, notify),
      told: (message) => {
        const notice = /** @type {Notice} */ (message);
        const take = /** @type {((notice: Notice) => void)|undefined} */ (this.#notices[notice.kind]);
        // While a sign-out is not confirmed, the leading tab speaks of the former session.
        if (take && (!this.#forgets || notice.kind === 'state' || notice.kind === 'forgotten')) {
          this.tickets.told(notice);
          take(notice);
        }
        return !!take;
      },
      follows: () => {
        this.#become(lineState('connecting', this.#env.now()));
        this.#ask({ kind: 'ask', fresh: false });
      },
    });
  }

  // -- the line ----------------------------------------------------------------------------

  /** Connects, or tries again after the desk has closed the connection for good (signed out, another version). */
  start() {
    if (this.#started) return this.#ask({ kind: 'ask', fresh: true });
    this.#started = true;
    this.#unlisten = listenTo(this.#env, {
      turnedTo: () => this.#tabs.turnedTo(),
      hidden: () => this.#part(),
      shown: () => this.#join(),
      stored: (event) => this.#storedElsewhere(event),
    });
    this.#join();
  }

  /** Disconnects. Unacknowledged commands stay stored. */
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

  /** For a desk opened with `held`: delivers earlier events in order, and new ones from then on. */
  tell() {
    this.#listeners.tell();
  }

  // -- commands ----------------------------------------------------------------------------

  /**
   * A command that is not kept across reloads. It waits for the connection and is repeated after a lost one; with `now`
   * it is refused without one.
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
    return this.#commits.add(type, spoken(fields), this.hello?.visitor);
  }

  /** The result of an outbox entry, also one of an earlier page. @param {string} id @returns {Promise<Ok>} */
  done(id) {
    return this.#commits.done(id);
  }

  /** Unacknowledged entries, in order. @param {string} [chat] only this one's @returns {Entry[]} */
  outbox(chat) {
    return this.#commits.all(chat);
  }

  /** Sends a failed entry again with the same id, and those held behind it; or a delayed one at once. @param {string} id @returns {Promise<Ok>} */
  retry(id) {
    return this.#commits.retry(id);
  }

  /** Discards an entry. If it is in flight, it may arrive anyway. @param {string} id */
  discard(id) {
    this.#commits.discard(id);
  }

  /** `typing`, `read`, `page`: no answer; dropped without a connection, throttled to the newest per chat. @param {string} type @param {Fields} fields */
  cast(type, fields) {
    this.#ask({ kind: 'cast', command: { type, fields: spoken(fields) } });
  }

  /** The answer to a challenge of the desk (`proof_needed`). @param {{challenge: string, bits: number}} asked */
  prove(asked) {
    return this.#env.prove(asked);
  }

  // -- chats -------------------------------------------------------------------------------

  /**
   * Follows a chat from `after`, now and after every reconnect. A chat that is followed already starts again from
   * there.
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

  /**
   * Sets who the customer is, signed by the site around the page, or renews it. For another account than before, the
   * data of the earlier one is removed first, in every tab.
   * @param {string|null} identity a JWT; null in place of one that was refused: the customer goes on as a guest
   */
  identify(identity) {
    const another = this.customer.another(identity);
    if (another) this.forget();
    this.customer.identified(identity);
    this.#ask({ kind: 'identify', identity });
    if (another && this.#started) this.start();
  }

  /** Signs the customer out: `forget`, and the desk revokes the tokens stored here. */
  signOut() {
    this.customer.endTokens(this.#env);
    this.forget();
  }

  /** Removes the token and all stored data, in every tab, and disconnects. `start` begins as a new visitor. */
  forget() {
    this.#forgets = this.#newId();
    this.#askToForget(false);
    if (!this.#tabs.leads) this.#forgotten();
  }

  /** @param {boolean} fresh with a new line afterwards, unless the leading tab has heard of this sign-out */
  #askToForget(fresh) {
    if (this.#forgets) this.#ask({ kind: 'forget', id: this.#forgets, fresh });
  }

  // -- the other tabs ------------------------------------------------------------------------

  #join() {
    this.#become(lineState('connecting', this.#env.now()));
    this.#tabs.join();
    if (!this.#tabs.leads) {
      this.#askToForget(false);
      const { identity } = this.customer;
      if (identity) this.#ask({ kind: 'identify', identity });
      this.#ask({ kind: 'ask', fresh: true });
    }
    this.#tabs.watch();
  }

  #part() {
    if (!this.#tabs.leads) this.tickets.follows?.part();
    this.#leaderName = '';
    this.#session = '';
    this.#tabs.part();
  }

  /** A leader for this tab. @param {string} name @param {(notice: Notice) => void} notify */
  #leader(name, notify) {
    const { role, url, hello = () => ({}) } = this.#options;
    const [env, outbox, kept, newId] = [this.#env, this.#outbox, this.#kept, this.#newId];
    const { identity } = this.customer;
    this.#forgets = '';
    return new Leader({ env, name, url: absolute(url), role, hello, identity, outbox, kept, newId, notify });
  }

  /** @param {Request} request */
  #ask(request) {
    this.#tabs.ask(request);
  }

  /** @param {{key: string|null, newValue: string|null}} event */
  #storedElsewhere({ key, newValue }) {
    const name = this.#kept.nameOf(key);
    if (name !== null && this.#tabs.alone) this.#commits.elsewhere(name, newValue);
  }

  // -- what the leading tab tells -------------------------------------------------------------

  /** @type {{[K in Notice['kind']]: (notice: Extract<Notice, {kind: K}>) => void}} */
  #notices = {
    state: ({ state, leader }) => {
      if (leader !== this.#leaderName) {
        // Another tab may lead now, to which the sign-out was not told.
        this.#askToForget(true);
        this.#commits.repeat();
      }
      this.#leaderName = leader;
      this.#become(state);
    },
    hello: ({ ok, session, identity, slot }) => this.#greeted(ok, session, identity, slot),
    event: ({ frame }) => frame.chat && this.#chats.event(frame),
    news: ({ frame }) => this.#emit('news', frame),
    answer: ({ frame, command }) => this.#answered(frame, command),
    entry: ({ entry }) => this.#commits.told(entry),
    gone: ({ id, ok }) => this.#commits.gone(id, ok),
    identified: ({ identity }) => this.customer.identified(identity),
    afresh: () => this.#chats.afresh(),
    error: ({ refusal }) => this.#emit('error', new DeskError(refusal)),
    forgotten: ({ id }) => {
      if (!this.#forgets || this.#tabs.leads) this.#forgotten();
      if (id === this.#forgets) this.#forgets = '';
    },
  };

  /** @param {LineState} state */
  #become(state) {
    const next = { ...state, leader: this.#tabs.leads };
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
    this.customer.slot = slot;
    // The next leading tab may not know the identity from its own page yet.
    this.customer.identity ??= identity;
    const same = this.#epoch === null || this.#epoch === ok.epoch;
    this.#epoch = ok.epoch ?? null;
    if (this.#epoch !== null) this.#kept.set('epoch', this.#epoch);
    this.#greetedAs(ok, identity);
    const { role, hello } = this.#options;
    this.#chats.greeted(readerOf(ok, role, hello), same);
    this.tickets.follows?.resume(same);
    for (const [id, { command }] of this.#pending) this.#ask({ kind: 'send', id, command });
    this.#emit('hello', ok);
  }

  /** @param {Ok} ok @param {string|null} identity */
  #greetedAs(ok, identity) {
    this.hello = ok;
    this.customer.greeted(ok, identity);
    this.#commits.greeted(ok.visitor, !this.customer.guest);
    if (ok.tickets) this.tickets.greeted(ok.tickets);
  }

  /** @param {Frame} frame @param {Command} command */
  #answered(frame, command) {
    const pending = this.#pending.get(frame.id);
    this.#pending.delete(frame.id);
    if (command.type === 'identify' && frame.type === 'ok') this.#proven(frame, command.fields.identity);
    this.#chats.answered(frame, command, pending !== undefined);
    if (frame.type === 'ok') this.#commits.acknowledged(frame, command);
    if (frame.type === 'ok') pending?.resolve(frame);
    else if (pending) pending.reject(new DeskError(refusalOf(frame)));
    else if (command.type === 'identify') this.#emit('error', new DeskError(refusalOf(frame)));
  }

  /** @param {Ok} ok to `identify`: where it makes another visitor, what was followed has ended @param {string} identity */
  #proven(ok, identity) {
    const same = this.hello?.visitor === ok.visitor;
    this.#greetedAs(
      { ...this.hello, visitor: ok.visitor, token: ok.token, chats: ok.chats, tickets: ok.tickets },
      identity,
    );
    if (!same) this.#chats.clear();
    if (!same) this.tickets.follows?.clear();
    if (this.hello) this.#emit('hello', this.hello);
  }

  #forgotten() {
    this.customer.forgotten();
    this.#commits.forget();
    this.#pending.refuse(true);
    this.#chats.clear();
    this.hello = null;
    this.#epoch = null;
    this.#session = '';
    this.#emit('forgotten');
    this.#emit('outbox', []);
  }

  /** @template {keyof Events} N @param {N} name @param {Parameters<Events[N]>} args */
  #emit(name, ...args) {
    this.#listeners.emit(name, ...args);
  }
}
