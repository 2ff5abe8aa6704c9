/** Sign-in, and the way back to the page before it. */

import '../shared/offline.js';
import { pageData, say, the } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';

const page = pageData();

/** @param {string} sentence @param {'email'|'password'|'totp'} [field] at fault */
function wrong(sentence, field) {
  the('wrong').textContent = sentence;
  the('wrong').hidden = !sentence;
  for (const id of ['email', 'password', 'totp']) {
    if (field === id) the(id).setAttribute('aria-invalid', 'true');
    else the(id).removeAttribute('aria-invalid');
  }
  if (field) the(field).focus();
}

/** @param {string} email @param {string} password @param {string} [totp] the code of who has a second factor */
async function signIn(email, password, totp) {
  wrong('');
  the('send').disabled = true;
  try {
    await ask('POST', '/api/session', { body: { email, password, ...(totp && { totp }) } });
    location.assign(page.next);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.fields.totp) askForCode(totp ? error.fields.totp : '');
    else if (error.status === 401) wrong('Wrong email or password. Check both and try again.', 'password');
    else wrong(error.message);
    the('send').disabled = false;
  }
}

/** @param {string} sentence what was wrong with the one that was given */
function askForCode(sentence) {
  the('totp-field').hidden = false;
  the('totp').value = '';
  wrong(sentence, 'totp');
  if (!sentence) the('totp').removeAttribute('aria-invalid');
}

/** True while somebody without their phone enters a recovery code. */
let recovers = false;

/** @param {string} code as it was typed */
const fits = (code) => (recovers ? /^[a-z0-9]{16}$/iu : /^\d{6}$/u).test(code.replace(/[\s-]/gu, ''));

the('other-code').addEventListener('click', () => {
  recovers = !recovers;
  say(the('totp-label'), recovers ? 'Recovery code' : 'Code from your authenticator app');
  say(the('other-code'), recovers ? 'Use a code from your app' : 'Use a recovery code');
  the('totp').placeholder = recovers ? 'ABCD-EFGH-IJKL-MNOP' : '000 000';
  the('totp').inputMode = recovers ? 'text' : 'numeric';
  the('totp').classList.toggle('as-code', !recovers);
  the('totp').value = '';
  wrong('', 'totp');
  the('totp').removeAttribute('aria-invalid');
});

the('form').addEventListener('submit', (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const email = the('email').value.trim();
  if (!email || !the('email').validity.valid) wrong('Enter your email address.', 'email');
  else if (!the('password').value) wrong('Enter your password.', 'password');
  else if (!the('totp-field').hidden && !fits(the('totp').value))
    wrong(
      recovers
        ? 'Recovery codes have 16 letters and digits. Enter one you haven’t used.'
        : 'Enter the six-digit code from your app.',
      'totp',
    );
  else signIn(email, the('password').value, the('totp').value.replace(/\s/gu, '') || undefined);
});

for (const button of document.querySelectorAll('button')) {
  const { email } = button.dataset;
  if (email) button.addEventListener('click', () => signIn(email, page.password));
}
