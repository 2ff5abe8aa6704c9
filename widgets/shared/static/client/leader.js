/** The tab that holds the socket works for all tabs: connection, outbox, resumes, and notices to each. */

import { passing, pauseOf, refusalOf } from './errors.js';
import { Connection, RELOAD } from './connection.js';
import { Sender } from './sender.js';
import { afterEvent, afterOk } from './hello-state.js';

/** @import { Command, Durable, Env, Fields, Frame, Notice, Ok, Request, Slot, Way } from './types.js' */
/** @import { Kept } from './storage.js' */
/** @import { Outbox } from './outbox.js' */

const TYPING_EVERY_MS = 1_000;
const READ_EVERY_MS = 500;
const RESUME = { resume: 'chat.resume', watch: 'chat.watch' };
export const RESUMES = new Set(Object.values(RESUME));
/** Commands that are repeated where the server is busy. */
const REPEATED = new Set([...RESUMES, 'ticket.follow']);

/** @typedef {{after: number, way: Way}} Wish */

export class Leader {
  /** @type {Ok|null} kept true as things change */
  #hello = null;
  #session = '';
  /** @type {Map<string, Command>} not durable, sent on this connection and not answered, by id */
  #underWay = new Map();
  /** @type {Map<string, {id: string, now: Wish, next: Wish|null}>} resumes under way, by chat */
  #resumes = new Map();
  /** @type {Set<ReturnType<Env['setTimeout']>>} of resumes that are put off */
  #putOffs = new Set();
  /** @type {Map<string, {command: Command|null, timer: any}>} `typing` and `read`, by type and chat or ticket */
  #casts = new Map();
  #env;
  #newId;
  #name;
  #notify;
  #line;
  #sender;
  #outbox;
  /** @type {string|null} the proof that the last page gave of who the customer is */
  #identity;
  /** @type {string|null} the one that the desk took */
  #proven = null;
  /** @type {string|null} the one that went out with `hello` */
  #greetedWith = null;
  /** The id of the last sign-out that was carried out. */
  #forgot = '';
  /** @type {Slot} as whom */
  #slot = 'token';
  #kept;

  /**
   * @param {{env: Env, name: string, url: string, role: 'customer'|'staff', hello: () => Fields, identity: string|null, outbox: Outbox,
   *   kept: Kept, newId: () => string, notify: (notice: Notice) => void}} options `name`: this tab's; `notify`: tells all tabs, this one too
   */
  constructor({ env, name, url, role, hello, identity, outbox, kept, newId, notify }) {
    this.#env = env;
    this.#name = name;
    this.#newId = newId;
    this.#notify = notify;
    this.#outbox = outbox;
    this.#identity = identity;
    this.#kept = kept;
    this.#line = new Connection({
      env,
      url,
      kept,
      hello: () => {
        this.#greetedWith = this.#identity;
        // Data that opens only with the proof is neither tried without it nor replaced by a stranger's.
        this.#slot = kept.get('guest') || (kept.get('account') && !this.#identity) ? 'guest' : 'token';
        return {
          ...hello(),
          ...(role === 'customer' ? { token: kept.get(this.#slot), identity: this.#identity } : {}),
        };
      },
      on: {
        state: (state) => notify({ kind: 'state', state, leader: name }),
        live: (ok) => this.#live(ok),
        frame: (frame) => this.#frame(frame),
        down: (code) => this.#down(code),
        refused: (refusal) => notify({ kind: 'error', refusal }),
      },
    });
    this.#sender = new Sender({
      outbox,
      env,
      send: (frame) => this.#line.send(frame),
      on: {
        entry: (entry) => notify({ kind: 'entry', entry }),
        gone: (id, ok) => notify({ kind: 'gone', id, ok }),
      },
    });
  }

  start() {
    this.#outbox.load();
    this.#line.start();
  }

  stop() {
    this.#line.stop();
  }

  nudge() {
    this.#line.nudge();
  }

  // -- what tabs ask -----------------------------------------------------------------------

  /** Anything else is left alone, such as a notice of a tab that led before. @param {Request} request */
  request(request) {
    switch (request.kind) {
      case 'ask':
        if (request.fresh) this.#line.start();
        this.#say();
        break;
      case 'nudge':
        if (request.eager) this.#line.nudge();
        else this.#line.check();
        this.#notify({ kind: 'state', state: this.#line.state, leader: this.#name });
        break;
      case 'commit':
        this.#commit(request.entry);
        break;
      case 'retry':
        if (!this.#outbox.get(request.entry.id)) this.#outbox.put(request.entry);
        this.#sender.retry(request.entry.id);
        break;
      case 'discard':
        this.#sender.discard(request.id);
        break;
      case 'send':
        this.#send(request.id, request.command);
        break;
      case 'cast':
        this.#cast(request.command);
        break;
      case 'resume':
        this.#resume(request.chat, { after: request.after, way: request.way });
        break;
      case 'identify':
        this.#identify(request.identity);
        break;
      case 'forget':
        this.#forget(request);
        break;
    }
  }

  #say() {
    this.#notify({ kind: 'state', state: this.#line.state, leader: this.#name });
    if (this.#hello && this.#line.state.line === 'live') this.#greet(this.#hello);
  }

  /** @param {Ok} ok */
  #greet(ok) {
    this.#notify({ kind: 'hello', ok, session: this.#session, identity: this.#proven, slot: this.#slot });
  }

  /** @param {import('./types.js').Entry} entry */
  #commit(entry) {
    if (!this.#outbox.get(entry.id)) this.#outbox.put(entry);
    this.#notify({ kind: 'entry', entry });
    this.#sender.pump();
  }

  /** @param {string} id @param {Command} command */
  #send(id, command) {
    if (this.#line.send({ ...command.fields, type: command.type, id })) this.#underWay.set(id, command);
  }

  // Renewed on the current connection. A connection that waits for a new proof is opened at once.
  /** @param {string|null} identity */
  #identify(identity) {
    if (identity === this.#identity) return;
    this.#identity = identity;
    this.#notify({ kind: 'identified', identity });
    if (this.#line.state.line !== 'live') this.#line.nudge();
    else if (identity !== null) this.#send(this.#newId(), { type: 'identify', fields: { identity } });
  }

  /** @param {{id: string, fresh: boolean}} request */
  #forget({ id, fresh }) {
    if (fresh && id === this.#forgot) return;
    this.#forgot = id;
    this.#line.stop();
    this.#identity = null;
    this.#proven = null;
    this.#hello = null;
    this.#notify({ kind: 'forgotten', id });
    if (fresh) this.#line.start();
  }

  // -- what the desk says ------------------------------------------------------------------

  /** @param {Ok} ok */
  #live(ok) {
    if (this.#slot === 'guest' && this.#greetedWith) {
      this.#comeBack();
      return;
    }
    this.#hello = ok;
    this.#session = this.#newId();
    this.#proven = this.#greetedWith;
    // Somebody who just gave it up is proven all the same, and on the next connection too.
    this.#identity ??= this.#proven;
    this.#greet(ok);
    // An identity that arrived while `hello` was in flight.
    if (this.#identity !== null && this.#identity !== this.#proven)
      this.#send(this.#newId(), { type: 'identify', fields: { identity: this.#identity } });
    this.#sender.live(ok);
  }

  // What the guest did belongs to the account by now, so the earlier visitor continues.
  #comeBack() {
    this.#kept.remove('guest');
    this.#line.renew();
  }

  /** @param {number} code */
  #down(code) {
    this.#sender.down();
    this.#underWay.clear();
    for (const timer of [...this.#putOffs, ...[...this.#casts.values()].map((cast) => cast.timer)])
      this.#env.clearTimeout(timer);
    this.#putOffs.clear();
    this.#resumes.clear();
    this.#casts.clear();
    if (code === RELOAD) this.#notify({ kind: 'afresh' });
  }

  /** @param {Frame} frame */
  #frame(frame) {
    if (frame.type === 'ok' || frame.type === 'error') this.#answer(frame);
    else this.#event(frame);
  }

  /** @param {Frame} frame */
  #event(frame) {
    if (this.#hello) this.#hello = afterEvent(this.#hello, frame);
    if (typeof frame.seq === 'number' && typeof frame.prev === 'number') {
      this.#notify({ kind: 'event', frame: /** @type {Durable} */ (frame) });
      this.#sender.stored(frame);
    } else {
      this.#notify({ kind: 'news', frame });
    }
  }

  /** @param {Frame} frame */
  #answer(frame) {
    const command = this.#sender.answered(frame) ?? this.#underWay.get(frame.id);
    this.#underWay.delete(frame.id);
    if (!command) {
      if (frame.type === 'error') this.#notify({ kind: 'error', refusal: refusalOf(frame) });
      return;
    }
    if (command.type === 'identify' && frame.type === 'ok' && this.#slot === 'guest') {
      this.#comeBack();
      return;
    }
    if (this.#hello && frame.type === 'ok') this.#hello = afterOk(this.#hello, command, frame);
    if (command.type === 'identify' && frame.type === 'ok') this.#proven = command.fields.identity;
    if (this.#putOff(frame, command)) return;
    // Sent before the answer, so that a tab that misses something can ask at once.
    this.#nextResume(frame, command);
    this.#notify({ kind: 'answer', frame, command });
    this.#sender.settle(frame);
  }

  // -- resumes: one at a time for each chat, whichever tabs asked for it ---------------------

  /** @param {string} chat @param {Wish} wish */
  #resume(chat, wish) {
    if (this.#line.state.line !== 'live') return;
    const under = this.#resumes.get(chat);
    if (!under) {
      this.#resumes.set(chat, { id: this.#askFor(chat, wish), now: wish, next: null });
    } else if (wish.after < under.now.after && wish.after < (under.next?.after ?? Infinity)) {
      under.next = wish;
    }
  }

  /** @param {string} chat @param {Wish} wish @returns {string} its id */
  #askFor(chat, { after, way }) {
    const id = this.#newId();
    this.#send(id, { type: RESUME[way], fields: { chat, after } });
    return id;
  }

  /** @param {Frame} frame @param {Command} command */
  #nextResume(frame, { fields: { chat } }) {
    const under = this.#resumes.get(chat);
    if (under?.id !== frame.id) return;
    this.#resumes.delete(chat);
    if (under?.next) this.#resume(chat, under.next);
  }

  /** Repeats a command after a while if the server was busy or away. @param {Frame} frame @param {Command} command @returns {boolean} */
  #putOff(frame, command) {
    if (frame.type !== 'error' || !REPEATED.has(command.type) || !passing(refusalOf(frame))) return false;
    const timer = this.#env.setTimeout(
      () => {
        this.#putOffs.delete(timer);
        this.#send(frame.id, command);
      },
      pauseOf(refusalOf(frame), this.#env.random()),
    );
    this.#putOffs.add(timer);
    return true;
  }

  // -- typing, read: the newest of each chat, now and then ------------------------------------

  /** @param {Command} command */
  #cast({ type, fields }) {
    if (this.#line.state.line !== 'live') return;
    const key = `${type} ${fields.chat ?? fields.ticket}`;
    const waiting = this.#casts.get(key);
    const urgent = type === 'typing' && fields.on === false;
    if (waiting && !urgent) {
      waiting.command = { type, fields };
      return;
    }
    if (waiting) this.#env.clearTimeout(waiting.timer);
    this.#line.send({ ...fields, type });
    // The server tells it other connections only.
    if (type === 'ticket.read') this.#event({ ...fields, type });
    const me = this.#hello?.visitor;
    if (type === 'read' && me) this.#event({ ...fields, type, from: { kind: 'customer', id: me, name: null } });
    this.#rest(key, type);
  }

  /** @param {string} key @param {string} type */
  #rest(key, type) {
    const timer = this.#env.setTimeout(
      () => {
        const command = this.#casts.get(key)?.command;
        this.#casts.delete(key);
        if (command) this.#cast(command);
      },
      type.endsWith('read') ? READ_EVERY_MS : TYPING_EVERY_MS,
    );
    this.#casts.set(key, { command: null, timer });
  }
}
