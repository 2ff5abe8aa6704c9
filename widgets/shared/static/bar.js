/** The bar of every staff page: the account menu. */

import { the } from './dom.js';
import { ask } from './http.js';
import { menuOf } from './menu.js';
import './offline.js';

menuOf(the('account'), the('account-menu'));
the('sign-out').addEventListener('click', async () => {
  try {
    await ask('DELETE', '/api/session');
  } finally {
    location.assign('/sign-in');
  }
});
