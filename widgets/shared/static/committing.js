/** Sends a durable command, and waits for it at the place where it was given. */

/** @import { Fields, Ok } from './client/types.js' */

/**
 * The command is kept until it is stored. If it is refused, it is discarded, and the caller gets the reason.
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
