/** One's account: devices, password, second factor. */

import '../shared/bar.js';
import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';
import { stamp } from '../shared/days.js';
import { long } from '../shared/moments.js';
import { browserOf } from './browser.js';
import { leftOf, showCodes } from './recovery.js';
import { watchChats } from './watch.js';

/**
 * @typedef {{id: string, current: boolean, created_at: string, last_seen_at: string, expires_at: string, user_agent: string|null, network: string|null}} Device
 * @typedef {{count: number, since: string, last_at: string, last_network: string|null}} Failures
 */

const { me } = pageData();

/** @param {string} id @param {string} sentence @param {string[]} [fields] at fault, the first of which gets the focus */
function wrong(id, sentence, fields = []) {
  the(id).textContent = sentence;
  the(id).hidden = !sentence;
  for (const field of the(id).closest('section').querySelectorAll('.field')) {
    if (fields.includes(field.id)) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }
  if (fields[0]) the(fields[0]).focus();
}

/** @param {unknown} error @returns {Refused} */
function refused(error) {
  if (!(error instanceof Refused)) throw error;
  if (error.status === 401 && !error.fields.totp && error.code === 'unauthorized' && /sign in/iu.test(error.message))
    location.assign('/sign-in?next=/account');
  return error;
}

// -- failed sign-ins -----------------------------------------------------------------------

/** @param {Failures|null} failed */
function drawFailures(failed) {
  the('failures').hidden = !failed;
  if (!failed) return;
  const [since, last] = [failed.since, failed.last_at].map((at) =>
    h('time', { datetime: at, title: long(at) }, stamp(at, Date.now())),
  );
  fill(
    the('failures-told'),
    `${failed.count} failed sign-ins with your address since `,
    since,
    ', most recently ',
    last,
    failed.last_network ? ` from network ${failed.last_network}.` : '.',
  );
}

the('failures-seen').addEventListener('click', async () => {
  the('failures-seen').disabled = true;
  wrong('failures-wrong', '');
  try {
    await ask('DELETE', '/api/me/failed-sign-ins');
    drawFailures(null);
    the('devices-title').closest('main').focus();
  } catch (error) {
    wrong('failures-wrong', refused(error).message);
  } finally {
    the('failures-seen').disabled = false;
  }
});

// -- devices -------------------------------------------------------------------------------

async function drawDevices() {
  const shape = setTimeout(
    () =>
      fill(
        the('devices-rest'),
        h('span', { class: 'sr' }, 'Loading your devices'),
        [0, 1].map(() => h('i', { class: 'bone', 'aria-hidden': 'true' })),
      ),
    300,
  );
  try {
    const { data } = await ask('GET', '/api/me/sessions');
    fill(the('devices-rest'));
    fill(the('devices'), data.sessions.map(device));
  } catch (error) {
    fill(
      the('devices-rest'),
      h('p', {}, refused(error).message),
      h('button', { type: 'button', class: 'btn', onclick: drawDevices }, 'Try again'),
    );
  } finally {
    clearTimeout(shape);
  }
}

/** @param {Device} one */
function device(one) {
  const phone = /mobile|android|iphone/iu.test(one.user_agent ?? '');
  const name = (one.user_agent && browserOf(one.user_agent)) || 'Unknown browser';
  const seen = h(
    'time',
    { datetime: one.last_seen_at, title: long(one.last_seen_at) },
    stamp(one.last_seen_at, Date.now()),
  );
  const from = one.network ? `, signed in from ${one.network}` : '';
  const out = h(
    'button',
    { type: 'button', class: 'btn', 'aria-expanded': 'false', onclick: () => askPassword(one, name, out) },
    'Sign out',
    h('span', { class: 'sr' }, ` ${name}`),
  );
  return h(
    'li',
    {},
    icon(phone ? 'smartphone' : 'monitor', 'lg'),
    h(
      'span',
      { class: 'what' },
      h('b', {}, name),
      h('small', {}, one.current ? 'Active now' : ['Last used ', seen], from),
    ),
    one.current ? h('span', { class: 'tag ok' }, icon('check'), 'This device') : out,
  );
}

/** Below the device: only who knows the password signs it out. @param {Device} one @param {string} name @param {HTMLButtonElement} out */
function askPassword(one, name, out) {
  document.getElementById('out-form')?.remove();
  for (const other of the('devices').querySelectorAll('[aria-expanded=true]'))
    other.setAttribute('aria-expanded', 'false');
  out.setAttribute('aria-expanded', 'true');
  const password = h('input', {
    class: 'field',
    id: 'out-password',
    type: 'password',
    autocomplete: 'current-password',
    'aria-describedby': 'devices-wrong',
  });
  const send = h('button', { class: 'btn primary' }, `Sign out ${name}`);
  const cancel = () => {
    form.remove();
    wrong('devices-wrong', '');
    out.setAttribute('aria-expanded', 'false');
    out.focus();
  };
  /** @param {SubmitEvent} event */
  const submit = (event) => {
    event.preventDefault();
    signOut(one, password, send);
  };
  const form = h(
    'form',
    { id: 'out-form', class: 'out', novalidate: true, onsubmit: submit },
    h('input', { type: 'email', autocomplete: 'username', value: me.email, hidden: true }),
    h('label', {}, h('span', { class: 'label' }, 'Your password, to confirm'), password),
    h('span', { class: 'ways' }, send, h('button', { type: 'button', class: 'btn plain', onclick: cancel }, 'Cancel')),
  );
  out.closest('li')?.append(form);
  password.focus();
}

/** @param {Device} one @param {HTMLInputElement} field @param {HTMLButtonElement} send */
async function signOut(one, field, send) {
  if (!field.value) return wrong('devices-wrong', 'Enter your password.', ['out-password']);
  send.disabled = true;
  wrong('devices-wrong', '');
  try {
    await ask('DELETE', `/api/me/sessions/${encodeURIComponent(one.id)}`, { body: { password: field.value } });
  } catch (error) {
    const { status, message } = refused(error);
    if (status !== 404) {
      send.disabled = false;
      return status === 401
        ? wrong('devices-wrong', 'That password is incorrect. Try again.', ['out-password'])
        : wrong('devices-wrong', message);
    }
  }
  await drawDevices();
  the('devices-title').scrollIntoView({ block: 'nearest' });
}

// -- password ------------------------------------------------------------------------------

the('password-form').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  say(the('password-done'), '');
  const [password, chosen] = [the('password').value, the('new_password').value];
  if (!password) return wrong('password-wrong', 'Enter your current password.', ['password']);
  if (!chosen) return wrong('password-wrong', 'Enter a new password.', ['new_password']);
  wrong('password-wrong', '');
  the('password-send').disabled = true;
  try {
    await ask('POST', '/api/me/password', { body: { password, new_password: chosen } });
    the('password-form').reset();
    say(the('password-done'), 'Password changed.');
    drawDevices();
  } catch (error) {
    const { status, fields, message } = refused(error);
    if (fields.new_password) wrong('password-wrong', fields.new_password, ['new_password']);
    else if (status === 401) wrong('password-wrong', 'That password is incorrect. Try again.', ['password']);
    else wrong('password-wrong', message);
  } finally {
    the('password-send').disabled = false;
  }
});

// -- second factor -------------------------------------------------------------------------

/** @type {'off'|'begun'|'on'} */
let factor = 'off';

/** @param {'off'|'begun'|'on'} now @param {number|null} [codes] how many recovery codes are left */
function drawFactor(now, codes = null) {
  factor = now;
  the('codes-again').hidden = codes === null;
  if (codes !== null) say(the('codes-left'), leftOf(codes));
  the('totp-form').hidden = false;
  the('totp-password-field').hidden = now === 'begun';
  the('totp-code-field').hidden = now === 'off';
  the('totp-secret').hidden = now !== 'begun';
  say(the('totp-code-label'), now === 'on' ? 'Code from your app, or a recovery code' : 'Code from your app');
  the('totp-code').value = '';
  the('totp-password').value = '';
  say(the('totp-send'), { off: 'Set up', begun: 'Turn on', on: 'Turn off' }[now]);
  say(
    the('totp-state'),
    now === 'on'
      ? 'On. Signing in asks for a code from your authenticator app. Each recovery code works once.'
      : 'Signing in also asks for a code from an app on your phone, so a stolen password isn’t enough.',
  );
}

the('totp-form').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const [password, totp] = [the('totp-password').value, the('totp-code').value.replace(/\s/gu, '')];
  if (factor !== 'begun' && !password) return wrong('totp-wrong', 'Enter your password.', ['totp-password']);
  const fits = factor === 'on' ? /^(?:\d{6}|[a-z0-9-]{16,19})$/iu : /^\d{6}$/u;
  if (factor !== 'off' && !fits.test(totp))
    return wrong('totp-wrong', 'Enter the six-digit code from your app.', ['totp-code']);
  wrong('totp-wrong', '');
  the('totp-send').disabled = true;
  try {
    await step(password, totp);
  } catch (error) {
    const { status, fields, message } = refused(error);
    if (fields.totp) wrong('totp-wrong', fields.totp, ['totp-code']);
    else if (status === 401) wrong('totp-wrong', 'That password is incorrect. Try again.', ['totp-password']);
    else wrong('totp-wrong', message);
  } finally {
    the('totp-send').disabled = false;
  }
});

/** @param {string} password @param {string} totp */
async function step(password, totp) {
  if (factor === 'off') {
    const { data } = await ask('POST', '/api/me/totp', { body: { password } });
    say(the('secret'), data.secret.match(/.{1,4}/gu).join(' '));
    the('totp-uri').href = data.uri;
    the('totp-qr').src = data.qr;
    drawFactor('begun');
    the('totp-code').focus();
  } else if (factor === 'begun') {
    const { data } = await ask('POST', '/api/me/totp/confirm', { body: { totp } });
    drawFactor('on');
    the('totp-form').hidden = true;
    const todo = document.getElementById('todo');
    if (todo) todo.hidden = true;
    show(data.recovery_codes);
    drawDevices();
  } else {
    await ask('POST', '/api/me/totp/off', { body: { password, totp } });
    drawFactor('off');
  }
}

/** @param {string[]} codes */
function show(codes) {
  // Who could do nothing before goes on to their chats, all others stay here.
  if (me.limited) the('codes-kept').dataset.leads = 'on';
  showCodes(codes, me.email, () => {
    drawFactor('on', codes.length);
    the('totp-title').scrollIntoView({ block: 'nearest' });
  });
}

the('codes-form').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const password = the('codes-password').value;
  if (!password) return wrong('codes-wrong', 'Enter your password.', ['codes-password']);
  wrong('codes-wrong', '');
  the('codes-send').disabled = true;
  try {
    const { data } = await ask('POST', '/api/me/recovery-codes', { body: { password } });
    the('codes-form').reset();
    show(data.recovery_codes);
  } catch (error) {
    const { status, message } = refused(error);
    if (status === 401) wrong('codes-wrong', 'That password is incorrect. Try again.', ['codes-password']);
    else wrong('codes-wrong', message);
  } finally {
    the('codes-send').disabled = false;
  }
});

if (!me.limited) watchChats(me);
drawDevices();
ask('GET', '/api/me').then(
  ({ data }) => {
    drawFailures(data.failed_sign_ins);
    drawFactor(data.totp ? 'on' : 'off', data.recovery_codes);
  },
  (error) => say(the('totp-state'), refused(error).message),
);
