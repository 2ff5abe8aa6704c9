/** Revokes a visitor's token on the server, so that copies of it are worthless. */

/** @import { Env } from './types.js' */

const ADDRESS = '/api/session';
/** Tries, and the pause after the first, which doubles each time. */
const TRIES = 6;
const PAUSE_MS = 2_000;

/**
 * Repeats the request while the page lives. The token is stored nowhere for that, so that the next user of the browser
 * cannot find it.
 * @param {string} token @param {Pick<Env, 'fetch'|'setTimeout'>} env @param {number} [tries] that are left
 */
export async function endToken(token, env, tries = TRIES) {
  let status = 0;
  try {
    const answer = await env.fetch(ADDRESS, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
      credentials: 'omit',
      cache: 'no-store',
      keepalive: true,
    });
    status = answer.status;
  } catch {
    // There is no connection.
  }
  const passes = status === 0 || status === 429 || status >= 500;
  if (passes && tries > 1) env.setTimeout(() => endToken(token, env, tries - 1), PAUSE_MS * 2 ** (TRIES - tries));
}
