/** Signing in, and back to where one came from. */

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
    else if (error.status === 401)
      wrong('E-mail and password do not fit together. Check both, then try again.', 'password');
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

/** Does somebody without their phone give a recovery code in its place? */
let recovers = false;

/** @param {string} code as it was typed */
const fits = (code) => (recovers ? /^[a-z0-9]{16}$/iu : /^\d{6}$/u).test(code.replace(/[\s-]/gu, ''));

the('other-code').addEventListener('click', () => {
  recovers = !recovers;
  say(the('totp-label'), recovers ? 'One of your recovery codes' : 'Code of your authenticator app');
  say(the('other-code'), recovers ? 'Use the code of the app' : 'Use a recovery code');
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
  if (!email || !the('email').validity.valid) wrong('Write the e-mail address of your account.', 'email');
  else if (!the('password').value) wrong('Write your password.', 'password');
  else if (!the('totp-field').hidden && !fits(the('totp').value))
    wrong(
      recovers
        ? 'A recovery code has 16 letters and figures. Write one that you have not used yet.'
        : 'Write the six figures that your app shows now.',
      'totp',
    );
  else signIn(email, the('password').value, the('totp').value.replace(/\s/gu, '') || undefined);
});

for (const button of document.querySelectorAll('button')) {
  const { email } = button.dataset;
  if (email) button.addEventListener('click', () => signIn(email, page.password));
}
