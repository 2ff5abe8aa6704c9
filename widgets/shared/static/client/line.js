/**
 * The line to the desk: one WebSocket at a time, opened again whenever it is lost.
 *
 * A browser neither sees the server's pings nor notices a dead line: after SILENCE_MS without a frame
 * the line asks with a `ping` of its own, and gives up PING_MS later, 20 s after the last sign of life.
 */

import { refusalOf, secondsOf } from './errors.js';

/** @import { Env, Fields, Frame, LineName, LineState, Ok, Refusal } from './types.js' */

export const SUBPROTOCOL = 'switchboard.v1';
export const SILENCE_MS = 10_000;
export const PING_MS = 10_000;
/** An answer that the page waits for: it is looked at again, or the network came back. */
export const PROBE_MS = 5_000;
/** For the socket to open and `hello` to be answered. */
export const CONNECT_MS = 10_000;
export const BACKOFF_MIN_MS = 500;
export const BACKOFF_MAX_MS = 30_000;
/** A connection that lived this long was a good one: the next loss begins with short pauses again. */
const STABLE_MS = 10_000;
const STUCK_MS = 3_000;

/** Not authenticated, role refused, version not spoken, session revoked: to come back would change nothing. */
const STOPS = new Set([4001, 4003, 4004, 4010]);
/** Too slow, shutting down, no `hello` or heartbeat in time, reload everything. */
const COMES_BACK_AT_ONCE = new Set([4201, 4202, 4203, 4204]);
export const RELOAD = 4204;
/** What a browser reports of a connection that was cut. */
const CUT = 1006;

/**
 * Full jitter: anything from nothing to a bound that doubles with every attempt.
 * @param {number} attempt from 0 @param {number} random at least 0, below 1 @returns {number} ms
 */
export function backoff(attempt, random) {
  return random * Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(attempt, 30));
}

export class Line {
  /** @type {WebSocket|null} */
  #socket = null;
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
  #hello;
  #on;

  /**
   * @param {{env: Env, url: string, hello: () => Fields, on: {state: (state: LineState) => void, live: (ok: Ok) => void,
   *   frame: (frame: Frame) => void, down: (code: number) => void, refused: (refusal: Refusal) => void}}} options
   *   `hello`: the fields of the frame; `down`: after a connection that was live; `refused`: `hello` was
   */
  constructor({ env, url, hello, on }) {
    this.#env = env;
    this.#url = url;
    this.#hello = hello;
    this.#on = on;
    this.#state = { line: 'stopped', retryAt: null, since: env.now(), code: null };
  }

  get state() {
    return this.#state;
  }

  /** Open it, also after the server had stopped it. */
  start() {
    if (this.#state.line !== 'stopped') return;
    this.#attempt = 0;
    this.#notBefore = 0;
    this.#connect();
  }

  stop() {
    if (this.#state.line !== 'stopped') this.#close(null, 'stopped');
  }

  /** @param {Frame} frame @returns {boolean} false: not live, nothing was sent */
  send(frame) {
    if (this.#state.line !== 'live' || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** The network came back, or somebody looks: do not wait any longer, and do not trust a line that only seems alive. */
  nudge() {
    const now = this.#now();
    if (this.#state.line === 'waiting' && now >= this.#notBefore) this.#connect();
    else if (this.#state.line === 'waiting') this.#become('waiting', this.#notBefore, this.#state.code);
    else if (this.#state.line === 'connecting' && now - this.#state.since > STUCK_MS) this.#connect();
    else if (this.#state.line === 'live' && !this.#ping && now > this.#heardAt) this.#probe(PROBE_MS);
    this.check();
  }

  /** Look at the deadlines. Timers of a page in the background may be minutes late; whoever is awake can call this. */
  check() {
    const now = this.#now();
    const { line, since, retryAt } = this.#state;
    if (line === 'waiting' && retryAt !== null && now >= retryAt) this.#connect();
    else if (line === 'connecting' && now - since >= CONNECT_MS) this.#lost(CUT);
    else if (line === 'live' && this.#ping && now >= this.#ping.deadline) this.#lost(CUT);
    else if (line === 'live' && !this.#ping && now - this.#heardAt >= SILENCE_MS) this.#probe(PING_MS);
    this.#schedule();
  }

  #schedule() {
    this.#env.clearTimeout(this.#timer);
    const now = this.#now();
    const { line, since, retryAt } = this.#state;
    if (line === 'stopped') return;
    const due = { waiting: retryAt ?? 0, connecting: since + CONNECT_MS, live: this.#ping?.deadline ?? this.#heardAt + SILENCE_MS }[line];
    this.#timer = this.#env.setTimeout(() => this.check(), Math.max(0, due - now));
  }

  #now() {
    const now = this.#env.now();
    if (now < this.#lookedAt) this.#setBack(this.#lookedAt - now);
    this.#lookedAt = now;
    return now;
  }

  // Somebody corrected the clock: the pauses stay as long as they were.
  /** @param {number} by ms */
  #setBack(by) {
    const { retryAt, since } = this.#state;
    this.#heardAt -= by;
    this.#notBefore -= by;
    if (this.#ping) this.#ping.deadline -= by;
    this.#state = { ...this.#state, since: since - by, retryAt: retryAt === null ? null : retryAt - by };
  }

  /** @param {number} within ms */
  #probe(within) {
    const now = this.#now();
    this.#ping = { deadline: now + within };
    this.#count += 1;
    this.send({ type: 'ping', id: `ping-${now}-${this.#count}` });
  }

  // -- opening ---------------------------------------------------------------------------

  #connect() {
    this.#drop();
    this.#bye = null;
    this.#become('connecting', null, this.#state.code);
    let socket;
    try {
      socket = new this.#env.WebSocket(this.#url, [SUBPROTOCOL]);
    } catch {
      // A page that may not open one (its policy, its address) learns it here; it is tried again like any other loss.
      this.#lost(CUT);
      return;
    }
    this.#socket = socket;
    const helloId = `hello-${this.#now()}`;
    // What went wrong is said by the close that follows.
    socket.onerror = () => {};
    socket.onopen = () => socket.send(JSON.stringify({ ...this.#greeting(), type: 'hello', id: helloId }));
    socket.onmessage = ({ data }) => this.#heard(data, helloId);
    socket.onclose = ({ code }) => this.#lost(code);
    this.#schedule();
  }

  #greeting() {
    const given = Object.entries(this.#hello());
    return Object.fromEntries(given.filter(([name, value]) => value !== undefined && value !== null && this.#left.get(name) !== value));
  }

  /** @param {unknown} data @param {string} helloId */
  #heard(data, helloId) {
    this.#heardAt = this.#now();
    this.#ping = null;
    const frame = decoded(data);
    if (!frame) return;
    if (frame.type === 'bye') this.#bye = secondsOf(frame) * 1000;
    if (this.#state.line === 'connecting') {
      if (frame.id === helloId && frame.type === 'ok') this.#live(frame);
      else if (frame.type === 'error') this.#refused(refusalOf(frame));
      return;
    }
    if (!String(frame.id ?? '').startsWith('ping-')) this.#on.frame(frame);
  }

  /** @param {Frame} ok */
  #live(ok) {
    this.#become('live', null, null);
    this.#schedule();
    this.#on.live(ok);
  }

  /** @param {Refusal} refusal */
  #refused(refusal) {
    // A page address of 3,000 characters must not keep anybody from writing: what is optional is left out next time.
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
    if (wasLive && now - this.#state.since >= STABLE_MS) this.#attempt = 0;
    if (STOPS.has(code)) {
      this.#close(code, 'stopped');
      return;
    }
    if (this.#bye !== null) this.#notBefore = now + this.#bye;
    this.#bye = null;
    const atOnce = COMES_BACK_AT_ONCE.has(code) && this.#attempt === 0;
    const pause = atOnce ? 0 : backoff(this.#attempt, this.#env.random());
    this.#attempt += 1;
    this.#close(code, 'waiting', Math.max(now + pause, this.#notBefore));
    if (atOnce && now >= this.#notBefore) this.#connect();
  }

  /** @param {number|null} code @param {'waiting'|'stopped'} next @param {number|null} retryAt */
  #close(code, next, retryAt = null) {
    const wasLive = this.#state.line === 'live';
    this.#drop();
    this.#env.clearTimeout(this.#timer);
    this.#become(next, retryAt, code);
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

  /** @param {LineName} line @param {number|null} retryAt @param {number|null} code */
  #become(line, retryAt, code) {
    const since = line === this.#state.line && line !== 'connecting' ? this.#state.since : this.#now();
    this.#state = { line, retryAt, since, code };
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
