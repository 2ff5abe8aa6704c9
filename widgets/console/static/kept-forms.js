/** A form that somebody sends who was signed out would be lost behind the sign-in page. It stays, and is sent again later. */

import { ask } from '../shared/http.js';

/** It is known who sends it. @type {HTMLFormElement|null} */
let goes = null;

document.addEventListener('submit', async (event) => {
  const { target, submitter } = event;
  if (event.defaultPrevented || !(target instanceof HTMLFormElement) || target === goes) return;
  if (target.getAttribute('method')?.toLowerCase() !== 'post') return;
  event.preventDefault();
  try {
    await ask('GET', '/api/me');
  } catch (why) {
    // Anything else is said by what the form leads to.
    if (/** @type {{status?: number}} */ (why).status === 401) return;
  }
  goes = target;
  target.requestSubmit(submitter);
  goes = null;
});
