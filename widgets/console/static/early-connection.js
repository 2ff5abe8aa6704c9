/**
 * Connects to the desk while the rest of the page is still loading. Events that arrive earlier are held until
 * `desk.tell()`.
 *
 * @import { Env } from '../shared/client/types.js'
 */

import { openDesk } from '../shared/client/desk.js';
import { localStore } from '../shared/drafts.js';

/** The browser decides within this time whether this tab holds the socket. */
const SOON_MS = 50;

// The page's own data may not be there yet.
const { content: me } = /** @type {HTMLMetaElement} */ (document.querySelector('meta[name=staff]'));
export const storage = localStore();
/** @type {() => void} */
let begun;
const begins = new Promise((resolve) => {
  begun = () => resolve(null);
});
/** The browser's locks, which also report when this tab gets the socket. @type {Env['locks']} */
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

// Another page has sent somebody to do something here. They may type already.
const coming = /queue=|&/u.test(location.hash) ? import('./arriving.js').catch(() => null) : null;

desk.start();
// Requested without waiting for a listener: the events of the chat on the screen arrive right after the `ok` to
// `hello`.
const first = named();
if (first) desk.follow(first);
// Drawing the page would delay the browser's answer. So the socket is opened first, unless another tab has it.
await Promise.race([begins, new Promise((resolve) => setTimeout(resolve, SOON_MS))]);
export const arriving = await coming;
