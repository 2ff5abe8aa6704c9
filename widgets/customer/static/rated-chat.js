/**
 * The chat of a ticket that its customer can rate. Pure.
 *
 * @import { Durable } from '../shared/client/types.js'
 * @typedef {{chat: string|null, rating: {score: number, comment: string|null}|null}} Rated `rating`: null if there is none yet
 */

import { foldsOf } from './folds.js';
import { RATED_WITHIN_MS } from './visit.js';

/** The last chat that an agent joined, if it ended less than 30 days ago. @param {Durable[]} past events of the chats of a ticket @param {number} now ms @returns {Rated|null} */
export function rateableChat(past, now) {
  const last = foldsOf(past).findLast((fold) => fold.over && fold.with.length);
  if (!last || now - endOf(last.events) >= RATED_WITHIN_MS) return null;
  const rated = last.events.findLast(({ type }) => type === 'chat.rated');
  return { chat: last.chat, rating: rated ? { score: rated.score, comment: rated.comment } : null };
}

/** @param {Durable[]} events of a chat that is over @returns {number} ms */
const endOf = (events) =>
  new Date(/** @type {Durable} */ (events.findLast(({ type }) => type === 'chat.closed')).at).getTime();
