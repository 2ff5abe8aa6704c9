/** The page of reports works without scripts. This one saves clicks. */

import '../shared/bar.js';

document.documentElement.dataset.scripted = '';

// A filter applies as soon as it is chosen.
document.addEventListener('change', ({ target }) => {
  if (target instanceof HTMLSelectElement && target.hasAttribute('data-send')) target.form?.requestSubmit();
});
document.querySelector('#print')?.addEventListener('click', () => window.print());
