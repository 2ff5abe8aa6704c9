/** Sends a message again with the proof that the desk asked for. Loaded when the desk asks. */

import './one-chunk.js';

/**
 * @import { Refused } from '../shared/http.js'
 * @template T
 * @param {(more: Record<string, string>) => Promise<T>} send
 * @param {Refused} refused what the desk answered: with a challenge
 * @param {import('./beginning.js').Beginning} beginning which says so meanwhile
 * @returns {Promise<T>} rejects with the last refusal
 */
export async function sendProven(send, refused, beginning) {
  const { chat, desk } = beginning;
  beginning.proving = true;
  chat.changed();
  try {
    for (;;) {
      const proof = await desk
        .prove(/** @type {import('../shared/asking.js').Challenge} */ (refused.challenge))
        .catch(() => Promise.reject(refused));
      try {
        return await send({ 'Switchboard-Proof': proof });
      } catch (error) {
        if (!(/** @type {Refused} */ (error).challenge)) throw error;
        refused = /** @type {Refused} */ (error);
      }
    }
  } finally {
    beginning.proving = false;
    chat.changed();
  }
}
