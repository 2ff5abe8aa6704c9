/**
 * The connection to the desk: one WebSocket at a time, reopened whenever it is lost. After two in a row that deliver
 * nothing it uses HTTP requests (polling-socket.js), and after two of those a WebSocket again. It continues with what
 * works.
 *
 * A browser neither sees the server's pings nor notices a dead connection. After SILENCE_MS without a frame the client
 * sends a `ping` of its own, and gives up PING_MS later: 20 s after the last sign of life.
 */

import { refusalOf, secondsOf } from './errors.js';
import { lazily } from './lazily.js';

/** @import { Env, Fields, Frame, LineName, LineState, Ok, Refusal, Socket } from './types.js' */
/** @import { Kept } from './storage.js' */

export const SUBPROTOCOL = 'switchboard.v1';
export const SILENCE_MS = 10_000;
export const PING_MS = 10_000;
/** Deadline for a ping when the page becomes visible or the network is back. */
export const PROBE_MS = 5_000;
/** Deadline for the socket to open and `hello` to be answered. */
export const CONNECT_MS = 10_000;
export const BACKOFF_MIN_MS = 500;
export const BACKOFF_MAX_MS = 30_000;
/** Tries that count while the browser reports no network. They reach nobody, so the pauses stay below 4 s. */
const OFFLINE_TRIES = 3;
/** After a connection of this length the pauses start short again. */
const STABLE_MS = 10_000;
const STUCK_MS = 3_000;

/** Not authenticated, role refused, unknown version, session revoked: reconnecting would change nothing. */
const STOPS = new Set([4001, 4003, 4004, 4010]);
/** Too slow, shutting down, no `hello` or heartbeat in time, reload everything. */
const COMES_BACK_AT_ONCE = new Set([4201, 4202, 4203, 4204]);
export const RELOAD = 4204;
/** Not a close code: `hello` was answered for another person than the page is for. */
export const ANOTHER = -1;
/** The code that a browser reports for a broken connection. */
const CUT = 1006;
/** Codes from here on are the desk's own, so it was reached. */
const OF_THE_DESK = 4000;
/** Failed tries in a row after which the other transport gets one. */
const MISSES = 2;

/**
 * Full jitter: anything from nothing to a bound that doubles with every attempt.
 * @param {number} attempt from 0 @param {number} random at least 0, below 1 @returns {number} ms
 */
export function backoff(attempt, random) {
  return random * Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(attempt, 30));
}

/** State of the connection. @param {LineName} line @param {number} since ms @param {Partial<LineState>} [more] @returns {LineState} */
export const lineState = (line, since, more) => ({ line, since, retryAt: null, code: null, doubted: false, ...more });

export class Connection {
  /** @type {Socket|null} */
  #socket = null;
  #helloId = '';
  /** Uses HTTP requests. */
  #polled;
  /** Failed tries in a row; below 0 after a frame has arrived. */
  #misses = 0;
  /** @type {LineState} */
  #state;
  /** @type {any} */
  #timer = null;
  #attempt = 0;
  /** @type {number} ms, before which the server does not want to see us */
  #notBefore = 0;
  /** @type {number|null} ms to wait after the close that a `bye` announced */
  #bye = null;
  #heardAt = 0;
  /** @type {{deadline: number}|null} the one that is not answered */
  #ping = null;
  #count = 0;
  /** @type {Map<string, unknown>} fields of `hello` that the server found invalid */
  #left = new Map();
  #lookedAt = 0;
  #env;
  #url;
  #kept;
  #hello;
  #on;

  /**
   * @param {{env: Env, url: string, kept: Kept, hello: () => Fields, on: {state: (state: LineState) => void, live: (ok: Ok) => void,
   *   frame: (frame: Frame) => void, down: (code: number) => void, refused: (refusal: Refusal) => void}}} options
   *   `kept`: remembers which way works; `hello`: the fields of the frame; `down`: after a connection that was live; `refused`: `hello` was
   */
  constructor({ env, url, kept, hello, on }) {
    this.#env = env;
    this.#url = url;
    this.#kept = kept;
    this.#polled = kept.get('polled') !== null;
    this.#hello = hello;
    this.#on = on;
    this.#state = lineState('stopped', env.now());
  }

  get state() {
    return this.#state;
  }

  /** Connects, also after the server has stopped the connection. */
  start() {
    if (this.#state.line !== 'stopped') return;
    this.#attempt = 0;
    this.#notBefore = 0;
    this.#connect();
  }

  /** Sends `hello` again. */
  renew() {
    this.#on.down(CUT);
    this.#connect();
  }

  stop() {
    if (this.#state.line !== 'stopped') this.#close(null, 'stopped');
  }

  /** @param {Frame} frame @returns {boolean} false: not live, or closing already, though nobody has said so: nothing was sent */
  send(frame) {
    if (this.#state.line !== 'live' || !this.#socket || Number(this.#socket.readyState) > 1) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network is back, or the page became visible: stop waiting, and check a connection that only seems alive. */
  nudge() {
    const now = this.#now();
    if (this.#state.line === 'waiting' && now >= this.#notBefore) this.#connect();
    else if (this.#state.line === 'waiting')
      this.#become('waiting', { retryAt: this.#notBefore, code: this.#state.code });
    else if (this.#state.line === 'connecting' && now - this.#state.since > STUCK_MS) this.#connect();
    else if (this.#state.line === 'live') this.#doubt();
    this.check();
  }

  /** Checks the deadlines. Timers of a background page may be minutes late, so anybody who is awake can call this. */
  check() {
    const { line } = this.#state;
    if (line !== 'stopped' && this.#now() >= this.#due) {
      if (line === 'waiting') this.#connect();
      else if (line === 'live' && !this.#ping) this.#probe(PING_MS);
      else this.#lost(CUT);
    }
    this.#schedule();
  }

  #schedule() {
    this.#env.clearTimeout(this.#timer);
    const now = this.#now();
    if (this.#state.line !== 'stopped')
      this.#timer = this.#env.setTimeout(() => this.check(), Math.max(0, this.#due - now));
  }

  /** Time of the next deadline, in ms. */
  get #due() {
    const { line, since, retryAt } = this.#state;
    if (line === 'live') return this.#ping?.deadline ?? this.#heardAt + SILENCE_MS;
    return retryAt ?? since + CONNECT_MS;
  }

  #now() {
    const now = this.#env.now();
    if (now < this.#lookedAt) this.#setBack(this.#lookedAt - now);
    this.#lookedAt = now;
    return now;
  }

  // The clock was changed: the pauses keep their length.
  /** @param {number} by ms */
  #setBack(by) {
    const { retryAt, since } = this.#state;
    this.#heardAt -= by;
    this.#notBefore -= by;
    if (this.#ping) this.#ping.deadline -= by;
    this.#state = { ...this.#state, since: since - by, retryAt: retryAt === null ? null : retryAt - by };
  }

  // The connection may still work, whatever the browser says: the answer to a ping will tell.
  #doubt() {
    const offline = !this.#env.online();
    if (!this.#ping && (offline || this.#now() > this.#heardAt)) this.#probe(PROBE_MS);
    if (offline) this.#become('live', { doubted: true });
  }

  /** @param {number} within ms */
  #probe(within) {
    this.#ping = { deadline: this.#now() + within };
    this.#count += 1;
    this.send({ type: 'ping', id: `ping-${this.#count}` });
  }

  // -- opening ---------------------------------------------------------------------------

  #connect() {
    this.#drop();
    this.#bye = null;
    this.#become('connecting', { code: this.#state.code });
    this.#schedule();
    this.#open();
  }

  async #open() {
    const opening = this.#state;
    const dial = () => new this.#env.WebSocket(this.#url, [SUBPROTOCOL]);
    try {
      // Few browsers need it, so it is loaded on demand.
      const { PollingSocket } = this.#polled ? await lazily(() => import('./polling-socket.js')) : {};
      if (this.#state !== opening) return;
      this.#listen(
        PollingSocket
          ? new PollingSocket(
              this.#env,
              this.#url,
              this.#kept,
              dial,
              () => this.#greeting(),
              (socket, ok) => this.#move(socket, ok),
            )
          : dial(),
      );
    } catch {
      // A page that may not open a socket (its policy, its address) fails here; it is retried like any other
      // loss.
      if (this.#state === opening) this.#lost(CUT);
    }
  }

  /** @param {Socket} socket */
  #listen(socket) {
    this.#socket = socket;
    // The close event that follows has the reason.
    socket.onerror = () => {};
    socket.onopen = () => {
      const hello = this.#greeting();
      this.#helloId = hello.id;
      // Already closing, without an event so far.
      if (Number(socket.readyState) > 1) return;
      socket.send(JSON.stringify(hello));
    };
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = ({ code }) => this.#lost(code);
  }

  /** @returns {Frame} */
  #greeting() {
    const given = Object.entries(this.#hello());
    const fields = Object.fromEntries(
      given.filter(([name, value]) => value !== undefined && value !== null && this.#left.get(name) !== value),
    );
    return { ...fields, type: 'hello', id: `hello-${this.#now()}` };
  }

  // Unfinished requests are sent again on the new connection.
  /** @param {Socket} socket a WebSocket that gets through by now @param {Frame} ok to the `hello` on it */
  #move(socket, ok) {
    if (this.#state.line === 'live') this.#on.down(CUT);
    this.#drop();
    this.#polled = false;
    this.#listen(socket);
    this.#live(ok);
  }

  /** @param {unknown} data */
  #heard(data) {
    this.#heardAt = this.#now();
    this.#ping = null;
    this.#misses = -1;
    if (this.#state.doubted) this.#become('live');
    const frame = decoded(data);
    if (!frame) return;
    if (frame.type === 'bye') this.#bye = secondsOf(frame) * 1000;
    if (this.#state.line === 'connecting') {
      if (frame.id === this.#helloId && frame.type === 'ok') this.#live(frame);
      else if (frame.type === 'error') this.#refused(refusalOf(frame));
      return;
    }
    if (!String(frame.id ?? '').startsWith('ping-')) this.#on.frame(frame);
  }

  /** @param {Frame} ok */
  #live(ok) {
    if (this.#env.another?.(ok)) {
      this.#close(ANOTHER, 'stopped');
      return;
    }
    this.#become('live');
    this.#schedule();
    this.#on.live(ok);
  }

  /** @param {Refusal} refusal */
  #refused(refusal) {
    // Optional fields, such as a page address of 3,000 characters, must not prevent a connection: next time they
    // are left out.
    const given = this.#hello();
    for (const name of Object.keys(refusal.fields ?? {})) this.#left.set(name, given[name]);
    this.#notBefore = this.#now() + secondsOf(refusal) * 1000;
    this.#on.refused(refusal);
    if (this.#state.line === 'connecting') this.#lost(CUT);
  }

  // -- losing ----------------------------------------------------------------------------

  /** @param {number} code */
  #lost(code) {
    const now = this.#now();
    const wasLive = this.#state.line === 'live';
    const offline = !this.#env.online();
    // If the network is gone, the desk is not to blame.
    if (wasLive && (now - this.#state.since >= STABLE_MS || offline)) this.#attempt = 0;
    if (offline) this.#attempt = Math.min(this.#attempt, OFFLINE_TRIES);
    if (STOPS.has(code)) {
      this.#close(code, 'stopped');
      return;
    }
    if (this.#bye !== null) this.#notBefore = now + this.#bye;
    this.#bye = null;
    this.#chooseWay(code);
    const atOnce = COMES_BACK_AT_ONCE.has(code) && this.#attempt === 0;
    const pause = atOnce ? 0 : backoff(this.#attempt, this.#env.random());
    this.#attempt += 1;
    this.#close(code, 'waiting', Math.max(now + pause, this.#notBefore));
    if (atOnce && now >= this.#notBefore) this.#connect();
  }

  /** @param {number} code */
  #chooseWay(code) {
    this.#misses = this.#misses < 0 || code >= OF_THE_DESK ? 0 : this.#misses + 1;
    // Switches to the other transport, or back if that failed too.
    if (this.#misses >= MISSES) this.#polled = !this.#polled;
    this.#misses %= MISSES + 1;
  }

  /** @param {number|null} code @param {'waiting'|'stopped'} next @param {number|null} retryAt */
  #close(code, next, retryAt = null) {
    const wasLive = this.#state.line === 'live';
    this.#drop();
    this.#env.clearTimeout(this.#timer);
    this.#become(next, { retryAt, code });
    this.#schedule();
    if (wasLive) this.#on.down(code ?? CUT);
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    this.#ping = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** @param {LineName} line @param {Partial<LineState>} [more] */
  #become(line, more) {
    const since = line === this.#state.line && line !== 'connecting' ? this.#state.since : this.#now();
    this.#state = lineState(line, since, more);
    this.#on.state(this.#state);
  }
}

/** @param {unknown} data @returns {Frame|null} null for what is no frame */
function decoded(data) {
  if (typeof data !== 'string') return null;
  try {
    const frame = JSON.parse(data);
    return typeof frame?.type === 'string' ? frame : null;
  } catch {
    return null;
  }
}
