/** A form that somebody sends who was signed out would be lost behind the sign-in page. It stays, and is sent again later. */

import { ask } from '../shared/http.js';

/**
 * Keeps the forms of the page. A handler that asks the reader before a form is sent is added after this one, and leaves
 * events alone that are already prevented.
 * @param {{asks?: typeof ask, tells?: () => Promise<unknown>}} [given] `tells`: loads what tells the reader about an answer 401
 */
export function keepForms({ asks = ask, tells = () => import('./signed-out.js') } = {}) {
  /** It is known who sends it. @type {HTMLFormElement|null} */
  let goes = null;
  /** Forms whose sender is being asked for. @type {Set<HTMLFormElement>} */
  const asked = new Set();
  const signedOut = async () => {
    try {
      await tells();
      await asks('GET', '/api/me');
    } catch (why) {
      // Anything else is said by what the form leads to.
      return /** @type {{status?: number}} */ (why).status === 401;
    }
    return false;
  };
  document.addEventListener('submit', async (event) => {
    const { target, submitter } = event;
    if (event.defaultPrevented || !(target instanceof HTMLFormElement) || target === goes) return;
    if (target.getAttribute('method')?.toLowerCase() !== 'post') return;
    event.preventDefault();
    // A second press is no second form.
    if (asked.has(target)) return;
    asked.add(target);
    const stays = await signedOut();
    asked.delete(target);
    if (stays) return;
    goes = target;
    try {
      target.requestSubmit(buttonNow(target, submitter));
    } finally {
      goes = null;
    }
  });
}

/** The pressed button, or the one in its place: a check of the form may have drawn it again. @param {HTMLFormElement} form @param {HTMLElement|null} pressed @returns {HTMLElement|undefined} */
function buttonNow(form, pressed) {
  if (!(pressed instanceof HTMLButtonElement)) return undefined;
  if (pressed.isConnected) return pressed;
  const buttons = [...form.elements].filter((one) => one instanceof HTMLButtonElement);
  return buttons.find(({ name, value }) => name === pressed.name && value === pressed.value);
}
