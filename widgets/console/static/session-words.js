/** What the desk says to a browser without a session, and what its reader can do. Pure. */

/** Codes with which the desk closes a connection: signed out, or the session was ended. */
const ENDED = new Set([4001, 4010]);
/** Written for programs. A wrong password is refused with other words. */
const FOR_PROGRAMS = /^sign in, or send a valid token/iu;

export const SIGNED_OUT =
  'You were signed out. Sign in in another tab, then try again here: nothing you typed is lost.';

/** True if the page says already that the session has ended. @param {{message: string}} refused */
export const isTold = ({ message }) => message === SIGNED_OUT;

/** @param {string} message of a refusal with the status 401 */
export const saysSignedOut = (message) => FOR_PROGRAMS.test(message);

/** @param {number|null|undefined} code of a connection that was closed */
export const endsSession = (code) => ENDED.has(code ?? 0);
