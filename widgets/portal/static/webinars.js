/** Live Sessions: the button says for which date it registers. Without scripts, it says so for a single date only. */

import './portal.js';

for (const form of document.querySelectorAll('.wb form:has(.dates)')) {
  const say = () => {
    const chosen = form.querySelector('.dates input:checked');
    const button = form.querySelector('.go .btn');
    if (chosen instanceof HTMLElement && button) button.textContent = chosen.dataset.does ?? '';
  };
  form.addEventListener('change', say);
  say();
}
