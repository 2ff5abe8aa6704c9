/**
 * HTTP requests behind the interface of a WebSocket, for networks that block WebSockets. Frames go by POST, one request
 * at a time; there is always one GET open, which the desk answers after 8 s at the latest.
 *
 * Answers to GET are numbered, and requested again if one was lost. After a POST failed nobody knows whether it
 * arrived, so the connection ends, like a broken socket. A request that was refused would be refused again, so its
 * frames are sent one by one, and a frame that cannot be sent is answered here. Now and then a WebSocket is tried in
 * parallel, to move to.
 */

/** @import { Env, Frame, Socket } from './types.js' */
/** @import { Kept } from './storage.js' */

const LINE = 'Switchboard-Line';
/** Pause before the first try of a WebSocket; the network may have been away only briefly. */
export const FIRST_LOOK_MS = 5_000;
export const LOOK_MS = 600_000;
/** Deadline for a WebSocket that is tried. */
const ANSWER_MS = 10_000;
/** Pause before a failed request, or one delayed without a time, is repeated. */
const PAUSE_MS = 1_000;
/** Frames in one request. */
const FRAMES = 100;
/** Characters: 128 KiB, if all of them were of three bytes. */
const TEXT = 43_000;
const CUT = 1006;
const TOO_MANY = 429;
/** Close codes for refusals of the connection, as the desk's sockets send them. @type {Record<string, number>} */
const CODES = { unauthorized: 4001, forbidden: 4003 };

/** Statuses that come back however often a request is sent, from the desk or from a proxy that names no code. @type {Record<number, string>} */
const REFUSALS = { 400: 'bad_frame', 413: 'too_large', 422: 'invalid' };

/** @typedef {{line?: string, frames?: Frame[], next?: number, close?: {code: number}, code?: string, detail?: string}} Body */
/** @typedef {{status: number, body: Body|null, pause: number}} Answer `status`: 0 where none came; `pause`: ms, before the desk wants to hear more */
/** @typedef {ReturnType<Env['setTimeout']>} Timer */

export class PollingSocket {
  /** @type {Socket['onopen']} */ onopen = null;
  /** @type {Socket['onmessage']} with no data where there is nothing but a sign of life */ onmessage = null;
  /** @type {Socket['onclose']} */ onclose = null;
  /** @type {Socket['onerror']} */ onerror = null;
  /** @type {string[]} */
  #unsent = [];
  #sending = false;
  #line = '';
  #next = 0;
  #over = false;
  /** @type {Socket|null} a WebSocket that is tried */
  #tried = null;
  /** @type {(() => void)|null} moves to it, once it has answered */
  #better = null;
  /** @type {Set<Timer>} */
  #timers = new Set();
  #aborter = new AbortController();
  /** @type {Env} */
  #env;
  #side;
  #address;
  #kept;
  #dial;
  #greeting;
  #move;

  /**
   * @param {Env} env @param {string} url of the WebSocket @param {Kept} kept remembers that one has to go this way
   * @param {() => Socket} dial opens a WebSocket @param {() => Frame} greeting a `hello` for it
   * @param {(socket: Socket, ok: Frame) => void} move one gets through, and has answered that
   */
  constructor(env, url, kept, dial, greeting, move) {
    this.#env = env;
    this.#kept = kept;
    this.#move = move;
    this.#side = new URL(url).pathname.split('/').at(-1);
    this.#address = new URL('/api/wire', url.replace(/^ws/u, 'http')).href;
    this.#dial = dial;
    this.#greeting = greeting;
    queueMicrotask(() => this.onopen?.());
    this.#later(FIRST_LOOK_MS, () => this.#look());
  }

  /** @param {string} text */
  send(text) {
    this.#unsent.push(text);
    if (!this.#sending) this.#post();
  }

  close() {
    if (this.#over) return;
    this.#stop();
    if (this.#line)
      this.#fetch('', { method: 'POST', body: '{"frames":[],"close":true}', keepalive: true }).catch(() => {});
  }

  // -- to the desk ---------------------------------------------------------------------------

  async #post() {
    this.#sending = true;
    let most = FRAMES;
    while (this.#unsent.length && !this.#over) {
      const frames = this.#batch(most);
      const side = this.#line ? '' : `,"side":"${this.#side}"`;
      const { status, body, pause } = await this.#ask('', {
        method: 'POST',
        body: `{"frames":[${frames.join(',')}]${side}}`,
      });
      if (status === TOO_MANY) {
        // Not accepted.
        await this.#pause(pause);
        continue;
      }
      if (this.#line && status in REFUSALS) {
        most = 1;
        if (frames.length === 1) this.#refused(body?.code ?? REFUSALS[status], body?.detail);
        continue;
      }
      if (typeof body?.line !== 'string') {
        // It is unknown whether they were accepted.
        this.#end(CODES[body?.code ?? ''] ?? CUT);
        return;
      }
      most = FRAMES;
      this.#unsent.splice(0, frames.length);
      if (!this.#line) {
        this.#line = body.line;
        this.#listen();
      }
    }
    this.#sending = false;
    this.#moveIfIdle();
  }

  /** @param {string} code @param {string} [message] */
  #refused(code, message = 'This can’t be sent.') {
    const id = decoded(this.#unsent.shift())?.id;
    if (id !== undefined && !this.#over)
      this.onmessage?.({ data: JSON.stringify({ type: 'error', id, code, message }) });
  }

  /** @param {number} most */
  #batch(most) {
    let [count, length] = [0, 0];
    for (const text of this.#unsent.slice(0, most)) {
      length += text.length;
      if (count > 0 && length > TEXT) break;
      count += 1;
    }
    return this.#unsent.slice(0, count);
  }

  // -- from the desk -------------------------------------------------------------------------

  async #listen() {
    for (let failures = 0; !this.#over; ) {
      const { status, body, pause } = await this.#ask(`?after=${this.#next}`, {});
      if (body?.frames) {
        failures = 0;
        this.#told(body.frames, body.next ?? 0, body.close?.code);
      } else if (status === TOO_MANY) {
        await this.#pause(pause);
      } else if ((status > 0 && status < 500) || failures > 0) {
        this.#end(CUT);
      } else {
        failures += 1;
        await this.#pause(this.#env.random() * PAUSE_MS);
      }
    }
  }

  /** @param {Frame[]} frames @param {number} next @param {number} [code] the line has ended, with this */
  #told(frames, next, code) {
    this.#next = next;
    // Remembered, so that the next page does not have to find out again.
    this.#kept.set('polled', 'yes');
    for (const data of frames.length ? frames.map((frame) => JSON.stringify(frame)) : [''])
      if (!this.#over) this.onmessage?.({ data });
    if (code) this.#end(code);
  }

  // -- back to a WebSocket -------------------------------------------------------------------

  // Only an answer proves that it works: some proxies open a WebSocket and let nothing pass. If it is refused,
  // polling continues.
  #look() {
    const hello = this.#greeting();
    /** @type {string[]} */
    const heard = [];
    const fail = () => {
      this.#forget(limit);
      this.#better = null;
      this.#letGo();
      this.#later(LOOK_MS, () => this.#look());
    };
    const limit = this.#later(ANSWER_MS, fail);
    /** @type {Socket} */
    let tried;
    try {
      tried = this.#tried = this.#dial();
    } catch {
      fail();
      return;
    }
    tried.onerror = () => {};
    tried.onopen = () => tried.send(JSON.stringify(hello));
    tried.onclose = fail;
    tried.onmessage = ({ data }) => {
      heard.push(data);
      if (heard.length > 1) return;
      this.#forget(limit);
      const ok = decoded(data);
      if (ok?.type !== 'ok' || ok.id !== hello.id) {
        fail();
        return;
      }
      this.#better = () => {
        this.#tried = null;
        this.#kept.remove('polled');
        this.#move(tried, ok);
        // It answered just now, and may have sent more meanwhile.
        for (const late of ['', ...heard.slice(1)]) tried.onmessage?.({ data: late });
      };
      this.#moveIfIdle();
    };
  }

  // Requests in flight finish here, so that nothing is sent twice.
  #moveIfIdle() {
    if (!this.#sending && !this.#over) this.#better?.();
  }

  // -- the end -------------------------------------------------------------------------------

  /** @param {number} code */
  #end(code) {
    if (this.#over) return;
    this.#stop();
    this.onclose?.({ code });
  }

  #stop() {
    this.#over = true;
    this.#better = null;
    this.#aborter.abort();
    for (const timer of this.#timers) this.#env.clearTimeout(timer);
    this.#timers.clear();
    this.#letGo();
  }

  #letGo() {
    const tried = this.#tried;
    this.#tried = null;
    if (!tried) return;
    tried.onopen = tried.onmessage = tried.onclose = null;
    tried.close();
  }

  // -- requests, and pauses between them -----------------------------------------------------

  /** @param {string} query @param {RequestInit} init @returns {Promise<Answer>} */
  async #ask(query, init) {
    let status = 0;
    try {
      const answer = await this.#fetch(query, { ...init, signal: this.#aborter.signal });
      if (answer.status in REFUSALS) status = answer.status;
      const pause = Number(answer.headers.get('Retry-After')) * 1000 || PAUSE_MS;
      return { status: answer.status, pause, body: await answer.json() };
    } catch {
      // No answer, or one of a proxy that sends no JSON.
      return { status, pause: PAUSE_MS, body: null };
    }
  }

  /** @param {string} query @param {RequestInit} init */
  #fetch(query, init) {
    const headers = { 'Content-Type': 'application/json', ...(this.#line ? { [LINE]: this.#line } : {}) };
    return this.#env.fetch(this.#address + query, { ...init, headers, cache: 'no-store' });
  }

  /** @param {number} ms @returns {Promise<void>} which is never over where the line is by then */
  #pause(ms) {
    return new Promise((resolve) => this.#later(ms, resolve));
  }

  /** @param {number} ms @param {() => void} run @returns {Timer} */
  #later(ms, run) {
    /** @type {Timer} */
    const timer = this.#env.setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  /** @param {Timer} timer */
  #forget(timer) {
    this.#env.clearTimeout(timer);
    this.#timers.delete(timer);
  }
}

/** @param {unknown} data @returns {Frame|null} null for what is no JSON */
function decoded(data) {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}
