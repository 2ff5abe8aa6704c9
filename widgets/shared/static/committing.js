/** Sends a durable command, and waits for it at the place where it was given. */

/** @import { Fields, Ok } from './client/types.js' */

/**
 * Kept until it is stored; refused, it is kept no longer: who waits for it says why.
 * @param {Pick<import('./client/desk.js').DeskClient, 'commit'|'discard'>} desk @param {string} type @param {Fields} fields @returns {Promise<Ok>}
 */
export async function committed(desk, type, fields) {
  const { id, done } = desk.commit(type, fields);
  try {
    return await done;
  } catch (error) {
    desk.discard(id);
    throw error;
  }
}
