/** The bar of every staff face: the account menu. */

import { ask } from './http.js';
import { menuOf } from './menu.js';

const $ = (id) => document.getElementById(id);

menuOf($('account'), $('account-menu'));
$('sign-out').addEventListener('click', async () => {
  try {
    await ask('DELETE', '/api/session');
  } finally {
    location.assign('/sign-in');
  }
});
