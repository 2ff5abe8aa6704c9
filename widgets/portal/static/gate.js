/** Sign-up, sign-in and the account: what scripts add. Without them the pages are complete. */

import './passkeys.js';
import './portal.js';

for (const button of document.querySelectorAll('[data-show]')) {
  const field = button.previousElementSibling;
  if (!(button instanceof HTMLButtonElement) || !(field instanceof HTMLInputElement)) continue;
  const show = button.textContent;
  button.hidden = false;
  button.addEventListener('click', () => {
    const shown = field.type === 'text';
    field.type = shown ? 'password' : 'text';
    button.textContent = shown ? show : (button.dataset.hide ?? '');
    field.focus();
  });
}

const zones = document.querySelector('#timezone');
if (zones instanceof HTMLSelectElement && !zones.value && location.pathname === '/sign-up')
  zones.value = new Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones instanceof HTMLSelectElement && zones.selectedIndex < 0) zones.value = '';

// Nothing is sent twice: the second press would ask for another letter, or use a link again.
for (const form of document.querySelectorAll('form'))
  form.addEventListener('submit', (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = 'yes';
  });
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form')) delete form.dataset.sent;
});
