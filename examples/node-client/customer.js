/**
 * A customer's side of the protocol `switchboard.v1`, for node, on nothing but `ws`.
 *
 * Keeps what a client has to keep: the token, the epoch, of each chat the last `seq` seen, and every durable command
 * that was not acknowledged, with its `id`. Whatever happens to the line or to this process, each command takes effect
 * once, and each event is told once and in order.
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

/** Seconds after which it is worth trying again. @param {Heard} frame */
const pauseOf = ({ retry_after_s }) => (typeof retry_after_s === 'number' ? retry_after_s : null);

/**
 * The answer to a challenge: the first number with which the SHA-256 of `challenge:number` begins with `bits` zero bits.
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
      await setImmediate(); // The line is to be heard meanwhile.
    }
  }
}

/** @returns {Kept} */
export const nothingKept = () => ({ visitor: null, token: null, epoch: null, seen: {}, outbox: [] });

/**
 * Emits `greeted` with the `ok` to `hello`; `event` with each event of a chat and `news` with what is not stored;
 * `stored` with an `ok` and its command; `refused` with an `error` and its command; `closed` with a close code; `stopped`
 * with the close code after which it does not come back.
 */
export class Customer extends EventEmitter {
  /**
   * @param {string} url  As `ws://desk.example/ws/customer`.
   * @param {Kept} kept  What an earlier run kept.
   * @param {(kept: Kept) => void} keep  Called at each change: what was kept when the process ends is what the next goes on with.
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
    /** @type {string | null} The id of the command that was sent and has no answer yet. */
    this.underWay = null;
    /** @type {Map<string, number>} Resumes under way: the chat, and the `seq` that was asked after. */
    this.resuming = new Map();
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
    /** @type {Set<NodeJS.Timeout>} What is to be tried again on this line. */
    this.retries = new Set();
    /** @type {NodeJS.Timeout | undefined} */
    this.watchdog = undefined;
  }

  /** Open the line; it is opened again whenever it breaks. */
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

  /** Leave, with everything kept as it stands. */
  leave() {
    this.ended = true;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.line?.close();
  }

  /**
   * A durable command. It is sent until it is answered, over reconnects and restarts, always with the same `id`.
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

  /** One at a time: what comes later waits for the answer, so that the order stands whatever is refused or repeated. */
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
      // The token was not good any more: this is somebody else, whom nothing of the old chats is shown.
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
      // It was stored before, or there is a hole: what came before it and after it is seen by resuming, which a
      // chat.start that was lost in a disconnect had no chance to.
      this.#resume(ok.chat);
    } else {
      // The `ok` stands in the place of the command's last event; that of chat.start in the place of both.
      this.kept.seen[ok.chat] = Math.max(ok.seq, seen);
    }
    this.keep(this.kept);
    this.emit('stored', ok, command);
    this.#flush();
  }

  /** @param {Heard} error */
  #error(error) {
    if (!this.greeted) {
      // No `hello`, no talk: the close that this makes waits before it comes back.
      this.comeBackAfter = pauseOf(error);
      this.line?.close();
    } else if (error.id?.startsWith('resume ')) {
      const [, chat, after] = error.id.split(' ');
      this.resuming.delete(chat);
      if (TRY_AGAIN.has(String(error.code))) {
        this.#later(error, () => this.#resume(chat));
      } else if (error.code === 'invalid' && Number(after) > 0) {
        // The desk has less of it than was seen here: an older copy of its store was put back. It is told from the first.
        this.kept.seen[chat] = 0;
        this.keep(this.kept);
        this.#resume(chat);
      } else {
        delete this.kept.seen[chat]; // Not ours, or not there: nothing is lost by that.
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

  /** Many wait from our network: the same command goes again with a proof. @param {Heard} error */
  async #proveThenFlush(error) {
    const [command] = this.kept.outbox;
    this.underWay = error.id; // Nothing else goes meanwhile.
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
      return; // Seen already.
    }
    if (event.prev > seen) {
      this.#resume(event.chat); // A hole: what is missing comes first, and this one again after it.
      return;
    }
    // Told first, then kept as seen: killed in between, it tells this one again rather than never.
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
