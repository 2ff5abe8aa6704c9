/** The pages of authors work without scripts. This one saves clicks. */

import { keepForms } from '../console/kept-forms.js';
import { watchChats } from '../console/watch-chats.js';
import '../shared/bar.js';
import { pageData } from '../shared/dom.js';
import { takesChats } from '../shared/takes-chats.js';

document.documentElement.dataset.scripted = '';

// A filter applies as soon as it is chosen.
document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement && target.hasAttribute('data-send')) target.form?.requestSubmit();
});

// The editor keeps its text and asks by itself.
if (!document.getElementById('writing')) {
  keepForms();
  // What cannot be undone is asked for first.
  document.addEventListener('submit', (event) => {
    const sure = event.submitter?.dataset.sure;
    if (sure && !event.defaultPrevented && !window.confirm(sure)) event.preventDefault();
  });
}

const { me } = pageData();
if (takesChats(me)) watchChats(me, { page: 'account' });
else void import('../console/signed-out.js').catch(() => {});
