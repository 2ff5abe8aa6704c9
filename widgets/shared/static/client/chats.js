/**
 * The position of this tab in each chat that it follows. Every durable event is delivered once, in the order of `seq`;
 * a gap, which `prev` shows, is closed by a resume before later events are delivered.
 *
 * On the connection that sent a command, its `ok` takes the place of the event. If that event follows from the command
 * (a message, a note, a rating, a redaction), it is made here; all others are fetched by a resume, so that a page only
 * needs events.
 */

import { refusalOf } from './errors.js';

/** @import { Command, Durable, Fields, Frame, Ok, Refusal, Sender, Way } from './types.js' */

/** Resumes in a row without a new event, after which a gap is reported. */
const TRIES = 3;

/**
 * @typedef {{last: number, way: Way, resuming: boolean, tries: number, askedAt: number, past: boolean, self: Sender|null}} Place
 *   `last`: the `seq` seen last; `past`: what comes is the past of a chat just assigned; `self`: how one's own events are signed
 * @typedef {{role: 'customer'|'staff', id: string|null, name: string|null, supervisor: boolean}} Me
 * @typedef {Object} ChatsOptions
 * @property {(frame: Durable, about: {chat: string, replay: boolean}) => void} deliver
 * @property {(chat: string, after: number, way: Way) => void} resume ask for one
 * @property {(ok: Ok) => void} resumed
 * @property {(chat: string) => void} reset its events come again from the first: what was shown of it is void
 * @property {(refusal: Refusal) => void} error
 */

/** The reader, by whom their own events are signed. @param {Ok} ok to `hello` @param {Me['role']} role @param {() => Record<string, any>} [hello] @returns {Me} */
export function readerOf(ok, role, hello) {
  const staff = role === 'staff';
  return {
    role,
    id: ok[staff ? 'staff' : 'visitor'] ?? null,
    name: (staff ? ok.name : hello?.().name) ?? null,
    supervisor: ok.role === 'supervisor',
  };
}

export class Chats {
  /** @type {Map<string, Place>} */
  #places = new Map();
  /** @type {Me} */
  #me = { role: 'customer', id: null, name: null, supervisor: false };
  #on;

  /** @param {ChatsOptions} on */
  constructor(on) {
    this.#on = on;
  }

  /** @param {string} chat @returns {number} 0 where nothing was seen */
  lastSeq(chat) {
    return this.#places.get(chat)?.last ?? 0;
  }

  /** @param {string} chat */
  follows(chat) {
    return this.#places.has(chat);
  }

  /** Follows a chat from `after`; a chat that is already further starts again from there. @param {string} chat @param {number} after @param {Way} way */
  follow(chat, after, way) {
    const place = this.#places.get(chat) ?? this.#place(chat, after, way);
    if (after < place.last) {
      place.last = after;
      place.resuming = false;
    }
    place.way = way;
    if (!place.resuming) this.#ask(chat, place);
  }

  /** The page asks for a resume itself, and waits for the answer. @param {string} chat @param {number} after @param {Way} way */
  expect(chat, after, way) {
    const place = this.#places.get(chat) ?? this.#place(chat, after, way);
    place.last = Math.min(place.last, after);
    place.way = way;
    place.resuming = true;
    place.askedAt = place.last;
  }

  /** @param {string} chat @returns {Way|null} how it was followed */
  unfollow(chat) {
    const place = this.#places.get(chat);
    this.#places.delete(chat);
    return place?.way ?? null;
  }

  /** Stops following all chats. */
  clear() {
    this.#places.clear();
  }

  /** A new connection. @param {Me} me @param {boolean} same false: what is known is of another epoch */
  greeted(me, same) {
    this.#me = me;
    for (const [chat, place] of this.#places) {
      place.resuming = false;
      place.tries = 0;
      if (!same) this.#restart(chat, place);
      this.#ask(chat, place);
    }
  }

  /** Everything again, from the first event. */
  afresh() {
    for (const [chat, place] of this.#places) this.#restart(chat, place);
  }

  /** @param {Durable} frame */
  event(frame) {
    const place = this.#places.get(frame.chat) ?? this.#joined(frame);
    if (!place || frame.seq <= place.last) return;
    if (frame.prev > place.last) this.#hole(frame.chat, place);
    else this.#deliver(frame, place);
  }

  /** An answer to any tab's command. @param {Frame} frame @param {Command} command @param {boolean} [told] whoever asked learns of a refusal anyway */
  answered(frame, command, told = false) {
    const chat = frame.chat ?? command.fields.chat;
    if (typeof chat !== 'string') return;
    if (command.type === 'chat.resume' || command.type === 'chat.watch') {
      if (frame.type === 'ok') this.#resumed(chat, frame);
      else this.#notResumed(chat, frame, told);
    } else if (command.type === 'chat.unwatch') {
      // Another tab stopped watching; this one continues on the shared socket.
      const place = this.#places.get(chat);
      if (place && frame.type === 'ok') this.#ask(chat, place);
    } else if (frame.type === 'ok' && typeof frame.seq === 'number') {
      this.#acknowledged(chat, frame, command);
    }
  }

  // -- resuming --------------------------------------------------------------------------

  /** @param {string} chat @param {Place} place */
  #ask(chat, place) {
    place.resuming = true;
    place.askedAt = place.last;
    this.#on.resume(chat, place.last, place.way);
  }

  /** @param {string} chat @param {Place} place */
  #hole(chat, place) {
    if (!place.resuming) this.#ask(chat, place);
  }

  /** @param {string} chat @param {Frame} ok */
  #resumed(chat, ok) {
    const place = this.#places.get(chat);
    if (!place) return;
    place.resuming = false;
    place.past = false;
    place.tries = place.last > place.askedAt ? 0 : place.tries + 1;
    // Another tab's resume may have started before this tab listened, so missing events are requested again.
    if (place.last < (ok.seq ?? 0) && place.tries < TRIES) {
      this.#ask(chat, place);
      return;
    }
    if (place.last < (ok.seq ?? 0))
      this.#on.error({ code: 'unavailable', message: 'Part of this chat couldn’t be loaded.', chat, local: true });
    place.tries = 0;
    this.#on.resumed({ ...ok, chat });
  }

  /** @param {string} chat @param {Frame} error @param {boolean} told */
  #notResumed(chat, error, told) {
    const place = this.#places.get(chat);
    if (!place) return;
    if (error.code === 'invalid' && place.last > 0) {
      // The desk has fewer events than this tab has seen, so it is not the same chat any more.
      this.#restart(chat, place);
      this.#ask(chat, place);
    } else {
      this.#places.delete(chat);
      if (!told) this.#on.error({ ...refusalOf(error), chat });
    }
  }

  /** @param {string} chat @param {Place} place */
  #restart(chat, place) {
    place.last = 0;
    this.#on.reset(chat);
  }

  // -- delivering ------------------------------------------------------------------------

  /** @param {string} chat @param {number} last @param {Way} way @returns {Place} */
  #place(chat, last, way) {
    /** @type {Place} */
    const place = { last, way, resuming: false, tries: 0, askedAt: last, past: false, self: null };
    this.#places.set(chat, place);
    return place;
  }

  /**
   * The event that begins a chat: the start of the customer's own, or the first of the history that precedes an
   * assignment.
   * @param {Durable} frame @returns {Place|null}
   */
  #joined(frame) {
    const mine = frame.type === 'chat.assigned' && frame.staff?.id === this.#me.id;
    if (!mine && !(frame.seq === 1 && frame.prev === 0)) return null;
    const place = this.#place(frame.chat, 0, 'resume');
    place.past = this.#me.role === 'staff';
    return place;
  }

  /** @param {Durable} frame @param {Place} place */
  #deliver(frame, place) {
    place.last = frame.seq;
    if (frame.from?.kind === this.#me.role && frame.from.id === this.#me.id) place.self = frame.from;
    if (place.past && frame.type === 'chat.assigned' && frame.staff?.id === this.#me.id) place.past = false;
    this.#on.deliver(frame, { chat: frame.chat, replay: place.resuming || place.past });
  }

  /** @param {string} chat @param {Frame} ok @param {Command} command */
  #acknowledged(chat, ok, command) {
    let place = this.#places.get(chat);
    if (!place && JOINS.has(command.type)) place = this.#place(chat, 0, 'resume');
    // The supervisor who watched it is now its agent.
    if (place && JOINS.has(command.type)) place.way = 'resume';
    if (!place || ok.seq <= place.last) return;
    // Without `prev`, only the next number proves that nothing is missing.
    const prev = ok.prev ?? ok.seq - 1;
    // The desk has changed the text of a message with a card number.
    const event = ok.dup || ok.masked || prev !== place.last ? null : this.#told(chat, ok, command, place);
    if (event) this.#deliver(event, place);
    else this.#hole(chat, place);
  }

  /** The event as it was stored, if it follows from the command. @param {string} chat @param {Frame} ok @param {Command} command @param {Place} place @returns {Durable|null} */
  #told(chat, ok, { type, fields }, place) {
    const head = {
      chat,
      seq: ok.seq,
      prev: place.last,
      at: ok.at,
      id: ok.id,
      from: place.self ?? this.#signature(fields),
    };
    if (type === 'message.send' && !fields.files?.length)
      return { type: 'message', ...head, text: fields.text, files: [] };
    // Only the desk knows whether a supervisor's note is a whisper.
    if (type === 'note.add' && !this.#me.supervisor && !fields.files?.length)
      return { type: 'note', ...head, text: fields.text };
    if (type === 'message.redact') return { type: 'message.redacted', ...head, of: fields.of };
    if (type === 'chat.rate')
      return { type: 'chat.rated', ...head, score: fields.score, comment: fields.comment ?? null };
    return null;
  }

  /** @param {Fields} fields @returns {Sender} */
  #signature(fields) {
    const { role, id, name } = this.#me;
    return role === 'staff' ? { kind: role, id, name } : { kind: role, id, name: fields.name ?? name, verified: false };
  }
}

/** Commands by which a connection follows a chat. */
const JOINS = new Set(['chat.start', 'chat.accept', 'chat.pick', 'chat.take']);
