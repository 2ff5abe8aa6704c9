/** The page of reports works without scripts. This one saves clicks. */

import { watchChats } from '../console/watch-chats.js';
import '../shared/bar.js';
import { pageData } from '../shared/dom.js';

document.documentElement.dataset.scripted = '';

// A filter applies as soon as it is chosen.
document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement && target.hasAttribute('data-send')) target.form?.requestSubmit();
});
document.querySelector('#print')?.addEventListener('click', () => window.print());

const { me } = pageData();
// Somebody who is only an admin has no chats.
if (me.role !== 'admin') watchChats(me, { page: 'account' });
