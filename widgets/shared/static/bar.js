/** The bar of every staff page: the account menu. */

import { lazily } from './client/lazily.js';
import { the } from './dom.js';
import { ask } from './http.js';
import { menuOf } from './menu.js';
import './offline.js';

if (navigator.vendor.startsWith('Apple')) lazily(() => import('./safari.js')).catch(() => {});

menuOf(the('account'), the('account-menu'));

/** Ends the session. */
export async function signOut() {
  try {
    await ask('DELETE', '/api/session');
  } finally {
    location.assign('/sign-in');
  }
}

// Whoever cancels this event signs the person out later, or not.
the('sign-out').addEventListener('click', () => {
  if (document.dispatchEvent(new Event('sign-out', { cancelable: true }))) signOut();
});
