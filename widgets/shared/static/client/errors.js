/** Errors of commands. */

/** @import { Refusal } from './types.js' */

/** A refusal as an Error. Every further field of the server's `error` (`ticket`, `chat`, `opens_at`, …) is a property. */
export class DeskError extends Error {
  /** @param {Refusal} refusal */
  constructor(refusal) {
    super(refusal.message);
    this.name = 'DeskError';
    /** @type {string} */
    this.code = refusal.code;
    /** @type {Record<string, string>|undefined} */
    this.fields = refusal.fields;
    /** @type {number|undefined} */
    this.retry_after_s = refusal.retry_after_s;
    /** @type {string|undefined} the chat that it is about, where it is about one */
    this.chat = refusal.chat;
    /** @type {Refusal} all of it */
    this.refusal = refusal;
    for (const [name, value] of Object.entries(refusal))
      if (!(name in this)) Object.defineProperty(this, name, { value, enumerable: true });
  }
}

/** Temporary refusals: the command is repeated after a while. @param {{code?: string}|null} refusal */
export const passing = (refusal) => refusal?.code === 'unavailable' || refusal?.code === 'rate_limited';

/** There is no connection, and the command cannot wait for one. @returns {Refusal} */
export const noLine = () => ({
  code: 'unavailable',
  message: 'No connection. Nothing was changed.',
  local: true,
});

/** The writer discarded it. @returns {Refusal} */
export const discarded = () => ({ code: 'discarded', message: 'This was deleted before it was sent.', local: true });

/** @param {Record<string, any>} frame an `error` of the server @returns {Refusal} */
export function refusalOf(frame) {
  const { type: _type, id: _id, ...refusal } = frame;
  return { code: 'unavailable', message: 'No reason was given.', ...refusal };
}

/** The pause that the server asks for. @param {Record<string, any>} frame @returns {number} 0 where it says nothing */
export function secondsOf({ retry_after_s: seconds }) {
  return typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 3_600) : 0;
}

/** Pause if the server names none. */
const PAUSE_MS = 1_000;
/** Random, so that the clients of a restarted server do not return all at once. */
const SPREAD = 0.25;

/** The pause before a delayed command is sent again. @param {Refusal} refusal @param {number} random at least 0, below 1 @returns {number} ms */
export function pauseOf(refusal, random) {
  return (secondsOf(refusal) * 1000 || PAUSE_MS) * (1 + SPREAD * random);
}
