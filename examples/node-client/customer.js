/**
 * A client for customers that speaks the protocol `switchboard.v1`, for node. It needs only the package `ws`.
 *
 * Keeps what a client must keep: the token, the epoch, the last `seq` seen in each chat, and every durable command that
 * was not acknowledged, with its `id`. If the connection breaks or this process is killed, each command still takes
 * effect once, and the events are emitted in order. After a kill, the last event may be emitted again.
 */

import { createHash, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import WebSocket from 'ws';

/** @typedef {{type: string, id?: string} & Record<string, unknown>} Command */
/** @typedef {{type: string, id: string, chat: string, seq: number, prev: number, dup?: boolean} & Record<string, unknown>} Heard */
/**
 * @typedef {object} Kept
 * @property {string | null} visitor
 * @property {string | null} token
 * @property {string | null} epoch
 * @property {Record<string, number>} seen  The last `seq` by chat.
 * @property {Command[]} outbox  Durable commands without an `ok` yet, oldest first.
 */

const STOP = new Set([4001, 4003, 4004, 4010, 1002, 1003, 1007, 1009]);
const AT_ONCE = new Set([4201, 4202, 4203, 4204]);
const TRY_AGAIN = new Set(['unavailable', 'rate_limited']);
const PAUSE_MS = 500;
const PAUSE_MAX_MS = 30_000;

/** Seconds after which the client may try again, or null. @param {Heard} frame */
const pauseOf = ({ retry_after_s }) => (typeof retry_after_s === 'number' ? retry_after_s : null);

/**
 * The answer to a challenge: the first text `challenge:number` whose SHA-256 begins with `bits` zero bits.
 * @param {{challenge: string, bits: number}} asked
 * @returns {Promise<string>}
 */
export async function prove({ challenge, bits }) {
  for (let answer = 0; ; answer += 1) {
    const proof = `${challenge}:${answer}`;
    if (createHash('sha256').update(proof).digest().readUInt32BE() >>> (32 - bits) === 0) {
      return proof;
    }
    if (answer % 5_000 === 4_999) {
      await setImmediate(); // Let the event loop handle frames.
    }
  }
}

/** @returns {Kept} */
export const nothingKept = () => ({ visitor: null, token: null, epoch: null, seen: {}, outbox: [] });

/**
 * Emits these events:
 *
 * - `greeted`, with the `ok` to `hello`
 * - `event`, with an event of a chat
 * - `news`, with a frame that is not stored
 * - `resumed`, with the `ok` to `chat.resume`
 * - `stored`, with an `ok` and its command
 * - `refused`, with an `error` and its command
 * - `closed`, with a close code
 * - `stopped`, with a close code after which the client does not reconnect
 */
export class Customer extends EventEmitter {
  /**
   * @param {string} url  Such as `ws://desk.example/ws/customer`.
   * @param {Kept} kept  The state that an earlier run stored.
   * @param {(kept: Kept) => void} keep  Called after each change, to store the state for the next run.
   */
  constructor(url, kept = nothingKept(), keep = () => {}) {
    super();
    this.url = url;
    this.kept = kept;
    this.keep = keep;
    /** @type {WebSocket | null} */
    this.line = null;
    this.greeted = false;
    this.attempt = 0;
    this.ended = false;
    /** @type {number | null} */
    this.comeBackAfter = null;
    /** @type {string | null} The `id` of the command that was sent and is not answered yet. */
    this.underWay = null;
    /** @type {Map<string, number>} Resumes under way: the `after` that was sent, by chat. */
    this.resuming = new Map();
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
    /** @type {Set<NodeJS.Timeout>} Timers of commands that are sent again on this connection. */
    this.retries = new Set();
    /** @type {NodeJS.Timeout | undefined} */
    this.watchdog = undefined;
  }

  /** Connect. If the connection breaks, the client connects again. */
  connect() {
    const line = new WebSocket(this.url, ['switchboard.v1'], { perMessageDeflate: false });
    this.line = line;
    line.on('open', () =>
      this.#send({ type: 'hello', id: randomUUID(), ...(this.kept.token && { token: this.kept.token }) }),
    );
    line.on('message', (data) => {
      this.#alive();
      this.#hear(JSON.parse(String(data)));
    });
    line.on('ping', () => this.#alive());
    line.on('error', () => {}); // `close` follows.
    line.on('close', (code) => this.#broken(code));
  }

  /** Disconnect and stay disconnected. The kept state does not change. */
  leave() {
    this.ended = true;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.line?.close();
  }

  /**
   * Send a durable command. Until it is answered, it is sent again after reconnects and restarts, with the same `id`.
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @returns {string} The `id`.
   */
  command(type, fields) {
    const id = randomUUID();
    this.kept.outbox.push({ type, id, ...fields });
    this.keep(this.kept);
    this.#flush();
    return id;
  }

  /** @param {Command} frame */
  #send(frame) {
    if (this.line?.readyState === WebSocket.OPEN) {
      this.line.send(JSON.stringify(frame));
    }
  }

  /** Send the next command. The others wait for its answer, so that the order is kept if one is refused or repeated. */
  #flush() {
    const [first] = this.kept.outbox;
    if (this.greeted && this.underWay === null && first !== undefined) {
      this.underWay = first.id ?? null;
      this.#send(first);
    }
  }

  /** @param {Heard} error @param {() => void} again */
  #later(error, again) {
    const timer = setTimeout(
      () => {
        this.retries.delete(timer);
        again();
      },
      (pauseOf(error) ?? 1) * 1000,
    );
    this.retries.add(timer);
  }

  /** @param {string} chat */
  #resume(chat) {
    const after = this.kept.seen[chat] ?? 0;
    this.kept.seen[chat] = after;
    if (this.resuming.get(chat) !== after) {
      this.resuming.set(chat, after);
      this.#send({ type: 'chat.resume', id: `resume ${chat} ${after}`, chat, after });
    }
  }

  /** @param {Heard} frame */
  #hear(frame) {
    if (frame.type === 'ok') {
      this.#ok(frame);
    } else if (frame.type === 'error') {
      this.#error(frame);
    } else if (typeof frame.seq === 'number') {
      this.#durable(frame);
    } else {
      if (frame.type === 'bye') {
        this.comeBackAfter = pauseOf(frame);
      }
      this.emit('news', frame);
    }
  }

  /** @param {Heard} ok */
  #ok(ok) {
    if (!this.greeted && 'visitor' in ok) {
      this.#welcome(ok);
    } else if (ok.id === this.underWay) {
      this.#stored(ok);
    } else if (ok.id?.startsWith('resume ')) {
      this.resuming.delete(ok.chat);
      this.emit('resumed', ok);
    }
  }

  /** @param {Heard} ok */
  #welcome(ok) {
    this.greeted = true;
    this.attempt = 0;
    this.comeBackAfter = null;
    if (this.kept.visitor !== null && this.kept.visitor !== ok.visitor) {
      // The token was no longer valid. This is a new visitor, who must not see the old chats.
      this.kept.seen = {};
      this.kept.outbox = this.kept.outbox.filter((command) => command.type === 'chat.start');
    } else if (this.kept.epoch !== ok.epoch) {
      for (const chat of Object.keys(this.kept.seen)) {
        this.kept.seen[chat] = 0;
      }
    }
    Object.assign(this.kept, { visitor: ok.visitor, token: ok.token, epoch: ok.epoch });
    this.keep(this.kept);
    this.#alive(Number(ok.heartbeat_s));
    this.emit('greeted', ok);
    const open = /** @type {{chat: string}[]} */ (ok.chats).map(({ chat }) => chat);
    for (const chat of new Set([...Object.keys(this.kept.seen), ...open])) {
      this.#resume(chat);
    }
    this.#flush();
  }

  /** @param {Heard} ok */
  #stored(ok) {
    const command = this.kept.outbox.shift();
    this.underWay = null;
    const seen = this.kept.seen[ok.chat] ?? 0;
    if (ok.dup || (ok.prev > seen && command?.type !== 'chat.start')) {
      // The command was stored earlier, or events are missing. Resuming fetches the events before and after it.
      this.#resume(ok.chat);
    } else {
      // The sender gets the `ok` instead of the command's last event. For chat.start, it replaces both events.
      this.kept.seen[ok.chat] = Math.max(ok.seq, seen);
    }
    this.keep(this.kept);
    this.emit('stored', ok, command);
    this.#flush();
  }

  /** @param {Heard} error */
  #error(error) {
    if (!this.greeted) {
      // Without `hello` there is nothing to do. Close, and wait before connecting again.
      this.comeBackAfter = pauseOf(error);
      this.line?.close();
    } else if (error.id?.startsWith('resume ')) {
      const [, chat, after] = error.id.split(' ');
      this.resuming.delete(chat);
      if (TRY_AGAIN.has(String(error.code))) {
        this.#later(error, () => this.#resume(chat));
      } else if (error.code === 'invalid' && Number(after) > 0) {
        // The desk has fewer events than were seen: an older backup was restored. Start from the first event.
        this.kept.seen[chat] = 0;
        this.keep(this.kept);
        this.#resume(chat);
      } else {
        delete this.kept.seen[chat]; // The chat belongs to somebody else, or does not exist.
        this.keep(this.kept);
        this.emit('refused', error, { type: 'chat.resume', chat, after: Number(after) });
      }
    } else if (error.id === this.underWay) {
      this.underWay = null;
      if (TRY_AGAIN.has(String(error.code))) {
        this.#later(error, () => this.#flush());
        return;
      }
      if (error.code === 'proof_needed' && error.challenge) {
        this.#proveThenFlush(error);
        return;
      }
      const command = this.kept.outbox.shift();
      this.keep(this.kept);
      this.emit('refused', error, command);
      this.#flush();
    }
  }

  /** Send the same command again, with a proof of work. @param {Heard} error */
  async #proveThenFlush(error) {
    const [command] = this.kept.outbox;
    this.underWay = error.id; // No other command is sent meanwhile.
    command.proof = await prove(/** @type {{challenge: string, bits: number}} */ (error.challenge));
    this.keep(this.kept);
    if (this.underWay === error.id) {
      this.underWay = null;
      this.#flush();
    }
  }

  /** @param {Heard} event */
  #durable(event) {
    const seen = this.kept.seen[event.chat] ?? 0;
    if (event.seq <= seen) {
      return; // Already seen.
    }
    if (event.prev > seen) {
      this.#resume(event.chat); // Events are missing. The desk sends them, and then this one again.
      return;
    }
    // Emit first, then store `seq`: if the process is killed in between, the event is emitted twice, but never lost.
    this.emit('event', event);
    this.kept.seen[event.chat] = event.seq;
    this.keep(this.kept);
  }

  /** @param {number} [heartbeat] */
  #alive(heartbeat) {
    this.heartbeat = heartbeat ?? this.heartbeat;
    clearTimeout(this.watchdog);
    if (this.heartbeat !== undefined) {
      this.watchdog = setTimeout(() => this.line?.terminate(), this.heartbeat * 2500);
    }
  }

  /** @param {number} code */
  #broken(code) {
    clearTimeout(this.watchdog);
    this.greeted = false;
    this.underWay = null;
    this.resuming.clear();
    for (const retry of this.retries) {
      clearTimeout(retry);
    }
    this.retries.clear();
    this.emit('closed', code);
    if (this.ended) {
      return;
    }
    if (STOP.has(code)) {
      this.emit('stopped', code);
      return;
    }
    const backoff = Math.random() * Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** this.attempt);
    const pause =
      this.comeBackAfter !== null ? this.comeBackAfter * 1000 : AT_ONCE.has(code) && this.attempt === 0 ? 0 : backoff;
    this.comeBackAfter = null;
    this.attempt += 1;
    this.timer = setTimeout(() => this.connect(), pause);
  }
}
