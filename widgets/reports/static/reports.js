/** The page of reports works without scripts. This one saves clicks. */

import '../console/review-feedback.js';
import { staffVocabulary } from '../console/staff-vocabulary.js';
import { watchChats } from '../console/watch-chats.js';
import '../shared/bar.js';
import { pageData } from '../shared/dom.js';
import { takesChats } from '../shared/takes-chats.js';

document.documentElement.dataset.scripted = '';

// A filter applies as soon as it is chosen.
document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement && target.hasAttribute('data-send')) target.form?.requestSubmit();
});
document.querySelector('#print')?.addEventListener('click', () => window.print());

const page = pageData();
const { me } = page;
const feedback = document.getElementById('feedback-part');
if (feedback) Object.assign(feedback, { code: staffVocabulary(page).code });
if (takesChats(me)) watchChats(me, { page: 'account' });
else void import('../console/signed-out.js').catch(() => {});
