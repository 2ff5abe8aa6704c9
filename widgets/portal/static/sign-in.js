/** Signing in, and back to where one came from. */

import { pageData } from '../shared/dom.js';
import { ask } from '../shared/http.js';

const $ = (id) => document.getElementById(id);
const page = pageData();

function wrong(sentence, field) {
  $('wrong').textContent = sentence;
  $('wrong').hidden = !sentence;
  for (const id of ['email', 'password']) {
    if (field === id) $(id).setAttribute('aria-invalid', 'true');
    else $(id).removeAttribute('aria-invalid');
  }
  if (field) $(field).focus();
}

async function signIn(email, password) {
  wrong('');
  $('send').disabled = true;
  try {
    await ask('POST', '/api/session', { body: { email, password } });
    location.assign(page.next);
  } catch (error) {
    wrong(error.status === 401 ? 'E-mail and password do not fit together. Check both, then try again.' : error.message, error.status === 401 ? 'password' : undefined);
    $('send').disabled = false;
  }
}

$('form').addEventListener('submit', (event) => {
  event.preventDefault();
  const email = $('email').value.trim();
  if (!email || !$('email').validity.valid) return wrong('Write the e-mail address of your account.', 'email');
  if (!$('password').value) return wrong('Write your password.', 'password');
  signIn(email, $('password').value);
});

for (const button of document.querySelectorAll('[data-email]')) button.addEventListener('click', () => signIn(button.dataset.email, page.password));
