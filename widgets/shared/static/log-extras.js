/** What a log adds to the events: ticks under the reader's own messages, and a line above what is new. Pure. */

/** @import { Told } from './log.js' */
/** @import { Item } from './story.js' */

import { grouped } from './story.js';

const MARKED = 'marked';

/**
 * The last stored message of one's own, and the last that the other side has read.
 * @param {Told[]} told @param {number} readUpto `seq` in the chat; replies to its ticket are of another stream
 * @returns {{sent: Item|undefined, read: Item|undefined}}
 */
export function ticked(told, readUpto) {
  const own = told.map(({ item }) => item).filter((item) => item.kind === 'message' && item.own);
  return { sent: own.at(-1), read: own.findLast(({ chat, seq }) => chat && seq <= readUpto) };
}

/** Puts a line above an event of the chat, in place of the one before. @param {Told[]} told @param {number} seq 0: no line @param {(event: Item) => Item} line */
export function markedAbove(told, seq, line) {
  const old = told.findIndex(({ item }) => item.key === MARKED);
  if (old >= 0) {
    told.splice(old, 1);
    if (told[old]) told[old].joins = grouped(told[old - 1]?.item, told[old].item);
  }
  const at = told.findIndex(({ item }) => seq && item.chat && item.seq === seq);
  if (at < 0) return;
  told[at].joins = false;
  // Its `seq` keeps what was written before the event above the line.
  const item = { ...line(told[at].item), key: MARKED, seq: seq - 0.5 };
  told.splice(at, 0, { item, joins: false, live: false });
}
