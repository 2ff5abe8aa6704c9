/**
 * Sends the outbox, in the tab that holds the socket.
 *
 * A chat's commands stay in order because one of them is in flight at a time; chats do not wait for each other. After a
 * lost connection the same command is sent again with the same `id`.
 *
 * - A delayed command (`unavailable`, `rate_limited`) is repeated after `retry_after_s`, and everything behind it
 *   waits.
 * - A command that needs a proof (`proof_needed`) stays, and is sent again with the proof.
 * - If a message or note is refused, the messages, notes and chat ending behind it fail too, as `held`: they were
 *   written in the belief that it arrived. Retrying it sends them along, in order; discarding it releases them.
 *   Retrying a held command alone is up to its writer. Anything written after the failure is sent.
 * - If the refusal concerns the chat (closed, not theirs), the commands behind it get the same refusal.
 */

import { passing, pauseOf, refusalOf } from './errors.js';
import { laneOf } from './outbox.js';

/** @import { Command, Entry, Env, Frame, Ok, Refusal } from './types.js' */
/** @import { Outbox } from './outbox.js' */

/** Commands that a page shows until their event arrives. */
export const WRITES = new Set(['message.send', 'note.add']);
const HELD = new Set([...WRITES, 'chat.end', 'chat.close', 'chat.transfer']);
const OF_THE_CHAT = new Set(['chat_closed', 'not_found', 'forbidden', 'unauthorized']);
/** Bytes; more would close the connection (1009), and again after each reconnect. */
const FRAME_MAX = 128 * 1024;

export class Sender {
  /** @type {Map<string, Command>} what was sent on this connection and not answered, by id; discarded entries too */
  #underWay = new Map();
  /** @type {Map<string, any>} lane → the timer until its first one may go again */
  #pauses = new Map();
  #live = false;
  #frameMax = FRAME_MAX;
  #outbox;
  #send;
  #on;
  #env;

  /**
   * @param {{outbox: Outbox, env: Env, send: (frame: Frame) => boolean,
   *   on: {entry: (entry: Entry) => void, gone: (id: string, ok: Ok|null) => void}}} options
   *   `entry`: one has a new state; `gone`: one is acknowledged, or (null) discarded
   */
  constructor({ outbox, env, send, on }) {
    this.#outbox = outbox;
    this.#env = env;
    this.#send = send;
    this.#on = on;
  }

  /** @param {Ok} hello */
  live(hello) {
    this.#live = true;
    this.#frameMax = Math.min(hello.limits?.frame ?? FRAME_MAX, FRAME_MAX);
    this.pump();
  }

  down() {
    this.#live = false;
    this.#underWay.clear();
    for (const timer of this.#pauses.values()) this.#env.clearTimeout(timer);
    this.#pauses.clear();
  }

  /** Sends all entries that may be sent now. */
  pump() {
    if (!this.#live) return;
    const seen = new Set([...this.#underWay].map(([id, { fields }]) => fields.chat ?? id));
    for (const { id } of this.#outbox.all()) {
      // Looked up one by one: an entry that can never be sent holds those behind it.
      const entry = this.#outbox.get(id);
      if (entry?.status !== 'sending') continue;
      const lane = laneOf(entry);
      if (seen.has(lane)) continue;
      if (this.#pauses.has(lane) || this.#go(entry)) seen.add(lane);
    }
  }

  /** @param {Entry} entry @returns {boolean} false: it can never be sent */
  #go(entry) {
    const frame = { ...entry.fields, type: entry.type, id: entry.id };
    const size = new TextEncoder().encode(JSON.stringify(frame)).length;
    if (size > this.#frameMax) {
      const message = 'This is too long to send at once. Make it shorter.';
      this.#fail(entry, { code: 'too_large', message, fields: { text: message } });
      return false;
    }
    if (this.#send(frame)) this.#underWay.set(entry.id, { type: entry.type, fields: entry.fields });
    return true;
  }

  /** An answer. @param {Frame} frame @returns {Command|null} to what; null where it is none of the outbox's */
  answered(frame) {
    const command = this.#underWay.get(frame.id);
    if (!command) return null;
    this.#underWay.delete(frame.id);
    return command;
  }

  /** Settles the entry after its answer, and continues. @param {Frame} frame */
  settle(frame) {
    const entry = this.#outbox.get(frame.id);
    if (entry && frame.type === 'ok') this.#outbox.remove(entry.id);
    else if (entry && entry.status === 'sending') this.#refused(entry, refusalOf(frame));
    this.pump();
  }

  /** An event with the id of an entry proves that it is stored, even without an answer. @param {Frame} event */
  stored(event) {
    const entry = event.id === undefined ? undefined : this.#outbox.get(event.id);
    if (!entry || !WRITES.has(entry.type)) return;
    this.#outbox.remove(entry.id);
    this.#on.gone(entry.id, { type: 'ok', id: entry.id, chat: event.chat, seq: event.seq, at: event.at, dup: true });
    this.pump();
  }

  /** @param {Entry} entry @param {Refusal} refusal */
  #refused(entry, refusal) {
    if (refusal.challenge) {
      this.#prove(entry, refusal);
      return;
    }
    if (!passing(refusal)) {
      this.#fail(entry, refusal);
      return;
    }
    this.#put({ ...entry, refusal });
    const lane = laneOf(entry);
    const timer = this.#env.setTimeout(
      () => {
        this.#pauses.delete(lane);
        this.pump();
      },
      pauseOf(refusal, this.#env.random()),
    );
    this.#pauses.set(lane, timer);
  }

  /** @param {Entry} entry @param {Refusal} refusal */
  async #prove(entry, refusal) {
    this.#put({ ...entry, refusal });
    const lane = laneOf(entry);
    this.#pauses.set(lane, 0);
    const proof = await this.#env.prove(refusal.challenge).catch(() => '');
    const present = this.#outbox.get(entry.id);
    // Discarded meanwhile, or another proof was requested.
    if (present?.refusal !== refusal) return;
    this.#resumeLane(lane);
    if (proof) this.#put({ ...present, fields: { ...present.fields, proof } });
    else this.#fail(present, refusal);
    this.pump();
  }

  /** @param {Entry} failed @param {Refusal} refusal */
  #fail(failed, refusal) {
    this.#put({ ...failed, status: 'failed', refusal });
    if (!WRITES.has(failed.type)) return;
    const held = { code: 'held', message: 'An earlier message in this chat wasn’t sent.', by: failed.id, local: true };
    for (const entry of this.#outbox.all()) {
      const behind =
        laneOf(entry) === laneOf(failed) && entry.id > failed.id && entry.status === 'sending' && HELD.has(entry.type);
      if (behind) this.#put({ ...entry, status: 'failed', refusal: OF_THE_CHAT.has(refusal.code) ? refusal : held });
    }
  }

  /** @param {Entry} entry */
  #put(entry) {
    this.#outbox.put(entry);
    this.#on.entry(entry);
  }

  /** @param {string} id a failed one, or one that is put off */
  retry(id) {
    const entry = this.#outbox.get(id);
    if (!entry) return;
    if (entry.status === 'failed') this.#again([entry, ...this.#heldBy(id)]);
    else this.#resumeLane(laneOf(entry));
    this.pump();
  }

  /** @param {string} id */
  discard(id) {
    const held = this.#heldBy(id);
    const entry = this.#outbox.get(id);
    if (!entry) return;
    if (passing(entry.refusal) || entry.refusal?.challenge) this.#resumeLane(laneOf(entry));
    this.#outbox.remove(id);
    this.#on.gone(id, null);
    this.#again(held);
    this.pump();
  }

  /** @param {Entry[]} entries */
  #again(entries) {
    for (const entry of entries) this.#put({ ...entry, status: 'sending', refusal: null });
  }

  /** @param {string} id */
  #heldBy(id) {
    return this.#outbox
      .all()
      .filter((entry) => entry.status === 'failed' && entry.refusal?.code === 'held' && entry.refusal.by === id);
  }

  /** @param {string} lane */
  #resumeLane(lane) {
    this.#env.clearTimeout(this.#pauses.get(lane));
    this.#pauses.delete(lane);
  }
}
