/**
 * A chat against the clock: messages of both sides, waits, the queue. Pure.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @typedef {{at: number, side: 'us'|'them'|'note', seq: number}} Stroke `at`: 0 to 100, per cent of the chat
 * @typedef {{from: number, to: number, ms: number}} Band
 * @typedef {{start: string, end: string, strokes: Stroke[], waits: Band[], queue: Band|null}} Beat
 */

/** Shorter waits have no band. */
const WAITED_MS = 2 * 60_000;

/** @param {Durable[]} transcript @param {string} chat @returns {Beat|null} null if the chat is not in the transcript */
export function beatOf(transcript, chat) {
  const events = transcript.filter((event) => event.chat === chat);
  const started = events.find(({ type }) => type === 'chat.started');
  const closed = events.find(({ type }) => type === 'chat.closed') ?? events.at(-1);
  if (!started || !closed) return null;
  const [begins, ends] = [ms(started), ms(closed)];
  const place = (/** @type {number} */ at) =>
    Math.min(100, Math.max(0, ((at - begins) / Math.max(1, ends - begins)) * 100));
  const assigned = events.find(({ type }) => type === 'chat.assigned');
  const met = assigned ? ms(assigned) : ends;
  return {
    start: started.at,
    end: closed.at,
    queue: met > begins ? { from: 0, to: place(met), ms: met - begins } : null,
    strokes: events.flatMap((event) => {
      const side = sideOf(event);
      return side ? [{ at: place(ms(event)), side, seq: event.seq }] : [];
    }),
    waits: waitsOf(events, met, ends).map(([from, to]) => ({ from: place(from), to: place(to), ms: to - from })),
  };
}

/** The spans in which the customer waited for an answer of the agent, from the moment an agent was there. @param {Durable[]} events @param {number} met @param {number} ends */
function waitsOf(events, met, ends) {
  /** @type {Array<[number, number]>} */
  const found = [];
  /** @type {number|null} */
  let since = null;
  for (const event of [...events, null]) {
    const side = event ? sideOf(event) : 'us';
    if (side === 'them' && event) since ??= Math.max(met, ms(event));
    else if (side === 'us' && since !== null) {
      const until = event ? ms(event) : ends;
      if (until - since >= WAITED_MS) found.push([since, until]);
      since = null;
    }
  }
  return found;
}

/** @param {Durable} event @returns {Stroke['side']|null} */
function sideOf(event) {
  if (event.type === 'note') return 'note';
  if (event.type !== 'message') return null;
  return event.from.kind === 'customer' ? 'them' : 'us';
}

/** @param {Durable} event */
const ms = (event) => new Date(event.at).getTime();
