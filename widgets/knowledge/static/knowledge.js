/** The pages of authors work without scripts. This one saves clicks. */

import { watchChats } from '../console/watch-chats.js';
import '../shared/bar.js';
import { pageData } from '../shared/dom.js';

document.documentElement.dataset.scripted = '';

// A filter applies as soon as it is chosen.
document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement && target.hasAttribute('data-send')) target.form?.requestSubmit();
});

// What cannot be undone is asked for first. The editor asks by itself.
if (!document.getElementById('writing'))
  document.addEventListener('submit', (event) => {
    const sure = event.submitter?.dataset.sure;
    if (sure && !window.confirm(sure)) event.preventDefault();
  });

const { me } = pageData();
// Somebody who is only an author or an admin has no chats.
if (me.role === 'agent' || me.role === 'supervisor') watchChats(me, { page: 'account' });
