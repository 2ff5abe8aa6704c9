/** One's account: devices, password, second factor. */

import '../shared/bar.js';
import { fill, h, icon, pageData, say, the } from '../shared/dom.js';
import { Refused, ask } from '../shared/http.js';
import { stamp } from '../shared/days.js';
import { long } from '../shared/moments.js';
import { browserOf } from './browser.js';
import { watchChats } from './watch.js';

/**
 * @typedef {{id: string, current: boolean, created_at: string, last_seen_at: string, expires_at: string, user_agent: string|null, network: string|null}} Device
 * @typedef {{count: number, since: string, last_at: string, last_network: string|null}} Failures
 */

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
  if (error.status === 401 && !error.fields.totp && error.code === 'unauthorized' && /sign in/iu.test(error.message)) location.assign('/sign-in?next=/account');
  return error;
}

// -- failed sign-ins -----------------------------------------------------------------------

/** @param {Failures|null} failed */
function drawFailures(failed) {
  the('failures').hidden = !failed;
  if (!failed) return;
  const [since, last] = [failed.since, failed.last_at].map((at) => h('time', { datetime: at, title: long(at) }, stamp(at, Date.now())));
  fill(the('failures-told'), `${failed.count} sign-ins with your address failed since `, since, ', the last one ', last, failed.last_network ? ` from the network ${failed.last_network}.` : '.');
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
  const shape = setTimeout(() => fill(the('devices-rest'), h('span', { class: 'sr' }, 'Loading your devices'), [0, 1].map(() => h('i', { class: 'bone', 'aria-hidden': 'true' }))), 300);
  try {
    const { data } = await ask('GET', '/api/me/sessions');
    fill(the('devices-rest'));
    fill(the('devices'), data.sessions.map(device));
  } catch (error) {
    fill(the('devices-rest'), h('p', {}, refused(error).message), h('button', { type: 'button', class: 'btn', onclick: drawDevices }, 'Try again'));
  } finally {
    clearTimeout(shape);
  }
}

/** @param {Device} one */
function device(one) {
  const phone = /mobile|android|iphone/iu.test(one.user_agent ?? '');
  const name = (one.user_agent && browserOf(one.user_agent)) || 'A browser that did not say its name';
  const seen = h('time', { datetime: one.last_seen_at, title: long(one.last_seen_at) }, stamp(one.last_seen_at, Date.now()));
  const from = one.network ? `, signed in from ${one.network}` : '';
  const out = h('button', { type: 'button', class: 'btn', onclick: () => signOut(one, out) }, 'Sign out', h('span', { class: 'sr' }, ` ${name}`));
  return h(
    'li', {}, icon(phone ? 'smartphone' : 'monitor', 'lg'),
    h('span', { class: 'what' }, h('b', {}, name), h('small', {}, one.current ? 'This device, now' : ['Last used ', seen], from)),
    one.current ? h('span', { class: 'tag ok' }, icon('check'), 'Here') : out,
  );
}

/** @param {Device} one @param {HTMLButtonElement} button */
async function signOut(one, button) {
  button.disabled = true;
  wrong('devices-wrong', '');
  try {
    await ask('DELETE', `/api/me/sessions/${encodeURIComponent(one.id)}`);
  } catch (error) {
    if (refused(error).status !== 404) wrong('devices-wrong', refused(error).message);
  }
  await drawDevices();
  the('devices-title').scrollIntoView({ block: 'nearest' });
}

// -- password ------------------------------------------------------------------------------

the('password-form').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  say(the('password-done'), '');
  const [password, chosen] = [the('password').value, the('new_password').value];
  if (!password) return wrong('password-wrong', 'Write the password that you have now.', ['password']);
  if (!chosen) return wrong('password-wrong', 'Write the new password.', ['new_password']);
  wrong('password-wrong', '');
  the('password-send').disabled = true;
  try {
    await ask('POST', '/api/me/password', { body: { password, new_password: chosen } });
    the('password-form').reset();
    say(the('password-done'), 'The new password counts from now on.');
    drawDevices();
  } catch (error) {
    const { status, fields, message } = refused(error);
    if (fields.new_password) wrong('password-wrong', fields.new_password, ['new_password']);
    else if (status === 401) wrong('password-wrong', 'That is not your password now.', ['password']);
    else wrong('password-wrong', message);
  } finally {
    the('password-send').disabled = false;
  }
});

// -- second factor -------------------------------------------------------------------------

/** @type {'off'|'begun'|'on'} */
let factor = 'off';

/** @param {'off'|'begun'|'on'} now */
function drawFactor(now) {
  factor = now;
  the('totp-form').hidden = false;
  the('totp-password-field').hidden = now === 'begun';
  the('totp-code-field').hidden = now === 'off';
  the('totp-secret').hidden = now !== 'begun';
  the('totp-code').value = '';
  the('totp-password').value = '';
  say(the('totp-send'), { off: 'Set it up', begun: 'Turn it on', on: 'Turn it off' }[now]);
  say(the('totp-state'), now === 'on'
    ? 'It is on: signing in asks for a code of your authenticator app.'
    : 'With it, signing in asks for a code of an app on your phone as well: a stolen password alone opens nothing.');
}

the('totp-form').addEventListener('submit', async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault();
  const [password, totp] = [the('totp-password').value, the('totp-code').value.replace(/\s/gu, '')];
  if (factor !== 'begun' && !password) return wrong('totp-wrong', 'Write your password.', ['totp-password']);
  if (factor !== 'off' && !/^\d{6}$/u.test(totp)) return wrong('totp-wrong', 'Write the six figures that your app shows now.', ['totp-code']);
  wrong('totp-wrong', '');
  the('totp-send').disabled = true;
  try {
    await step(password, totp);
  } catch (error) {
    const { status, fields, message } = refused(error);
    if (fields.totp) wrong('totp-wrong', fields.totp, ['totp-code']);
    else if (status === 401) wrong('totp-wrong', 'That is not your password.', ['totp-password']);
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
    await ask('POST', '/api/me/totp/confirm', { body: { totp } });
    drawFactor('on');
  } else {
    await ask('POST', '/api/me/totp/off', { body: { password, totp } });
    drawFactor('off');
  }
}

watchChats(pageData().me);
drawDevices();
ask('GET', '/api/me').then(({ data }) => {
  drawFailures(data.failed_sign_ins);
  drawFactor(data.totp ? 'on' : 'off');
}, (error) => say(the('totp-state'), refused(error).message));
