/**
 * Connects to the desk while the rest of the page is still loading. Events that arrive earlier are held until
 * `desk.tell()`.
 *
 * @import { Env } from '../shared/client/types.js'
 */

import { openDesk } from '../shared/client/desk.js';
import { localStore } from '../shared/drafts.js';

/** The browser says at once which tab it is to be, where it is this one. */
const SOON_MS = 50;

// The page's own data may not be there yet.
const { content: me } = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name=staff]'));
export const storage = localStore();
/** @type {() => void} */
let begun;
const begins = new Promise((resolve) => {
  begun = () => resolve(null);
});
/** The browser's, which tell when it is this tab that holds the socket. @type {Env['locks']} */
const locks = navigator.locks && {
  request: (name, options, held) =>
    navigator.locks.request(name, options, () => {
      begun();
      return held();
    }),
};
export const desk = openDesk({
  role: 'staff',
  url: '/ws/staff',
  scope: `staff.${me}`,
  storage,
  held: true,
  env: { another: (ok) => ok.staff !== me, ...(locks && { locks }) },
});

/** The chat that the page's address names. @returns {string|null} */
export const named = () => new URLSearchParams(location.hash.slice(1)).get('chat');

desk.start();
// Nobody has to be there for it to be asked for: once the desk has said hello, what was said in the chat on the screen comes along.
const first = named();
if (first) desk.follow(first);
// Who draws the page would keep the browser's word waiting: the socket is opened first, unless another tab has it.
await Promise.race([begins, new Promise((resolve) => setTimeout(resolve, SOON_MS))]);
