import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { PasskeyWork } = await import('../../../widgets/console/static/passkey-work.js');
const { SIGNED_OUT } = await import('../../../widgets/console/static/session-words.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const LAPTOP = { id: 'p1', name: 'Laptop', created_at: '', last_used_at: null };
const MADE = { id: 'c', client_data: 'd', attestation: 'a' };

/** A person's passkeys, and what the server is asked. @param {{recent?: boolean, password?: boolean, code?: boolean, answers?: Record<string, object|Error>, create?: () => Promise<typeof MADE>}} [given] */
async function passkeys({
  recent = true,
  password = true,
  code = false,
  answers = {},
  create = async () => MADE,
} = {}) {
  /** @type {string[]} */
  const asked = [];
  const happened = { added: 0, signedOut: 0 };
  const work = new PasskeyWork({
    ask: async (method, path, { body } = {}) => {
      const call = `${method} ${path}`;
      if (method !== 'GET') asked.push(`${call} ${JSON.stringify(body)}`);
      const answer = answers[call] ?? { available: true, recent, password, code, passkeys: [LAPTOP], options: {} };
      if (answer instanceof Error) throw answer;
      return { data: answer, etag: null };
    },
    create,
    supported: true,
    me: { email: 'priya@desk.example' },
    signedOut: () => {
      happened.signedOut += 1;
    },
    added: () => {
      happened.added += 1;
    },
  });
  await work.load();
  return { work, asked, happened };
}

/** @param {number} status @param {Record<string, string>} [fields] @param {string} [detail] */
const refused = (status, fields = {}, detail = 'No.') =>
  new Refused(status, { code: status === 401 ? 'unauthorized' : 'invalid', detail, fields });

/** @param {string} name */
const stopped = (name) => async () => {
  throw Object.assign(new Error('The browser says more.'), { name });
};

test('new passkey is made from the options and stored under its name', async () => {
  const { work, asked, happened } = await passkeys();
  assert.equal(await work.add('Phone', ''), null);
  assert.deepEqual(asked, [
    'POST /api/me/passkeys/options {}',
    `POST /api/me/passkeys ${JSON.stringify({ name: 'Phone', passkey: MADE })}`,
  ]);
  assert.equal(happened.added, 1);
});

test('password goes with the request if the sign-in is long ago', async () => {
  const { work, asked } = await passkeys({ recent: false });
  assert.deepEqual(await work.add('Phone', ''), { message: 'Enter your password.', field: 'passkey-password' });
  assert.deepEqual(await work.remove('p1', ''), {
    message: 'Enter your password.',
    field: 'passkey-remove-password',
  });
  assert.deepEqual(asked, []);
  assert.equal(await work.remove('p1', 'secret'), null);
  assert.deepEqual(asked, ['DELETE /api/me/passkeys/p1 {"password":"secret"}']);
});

test('code is asked for beside the password if two-step verification is on', async () => {
  const { work, asked } = await passkeys({ recent: false, code: true });
  const missing = { message: 'Also enter the code from your authenticator app.', field: 'passkey-password-code' };
  assert.deepEqual(await work.add('Phone', 'secret words'), missing);
  assert.equal(await work.remove('p1', 'secret words', '123456'), null);
  assert.deepEqual(asked, [
    `DELETE /api/me/passkeys/p1 ${JSON.stringify({ password: 'secret words', totp: '123456' })}`,
  ]);
});

test('wrong code is told beside its field', async () => {
  const answers = { 'POST /api/me/passkeys/options': refused(401, { totp: 'This code is wrong.' }) };
  const { work } = await passkeys({ recent: false, answers });
  const wrong = { message: 'This code is wrong.', field: 'passkey-password-code' };
  assert.deepEqual(await work.add('Phone', 'secret words'), wrong);
  assert.equal(work.code, true);
});

test('person without a password is led to the sign-in page once the ten minutes are over', async () => {
  const again = refused(401, { sign_in: 'Sign in again to confirm.' }, 'Sign in again to confirm.');
  const { work, happened } = await passkeys({
    recent: false,
    password: false,
    answers: { 'DELETE /api/me/passkeys/p1': again },
  });
  assert.deepEqual(await work.remove('p1', ''), { message: 'Sign in again to confirm.' });
  assert.equal(happened.signedOut, 1);
});

test('password is asked for once the ten minutes are over', async () => {
  const answers = { 'POST /api/me/passkeys/options': refused(401, { password: 'Enter it.' }) };
  const { work, happened } = await passkeys({ answers });
  const wrong = await work.add('Phone', '');
  assert.equal(wrong?.field, 'passkey-password');
  assert.deepEqual([work.recent, happened.signedOut, happened.added], [false, 0, 0]);
});

test('wrong password is told beside its field', async () => {
  const answers = { 'POST /api/me/passkeys/options': refused(401, {}, 'Wrong email or password.') };
  const { work, happened } = await passkeys({ recent: false, answers });
  const wrong = await work.add('Phone', 'wrong');
  assert.deepEqual(wrong, { message: 'That password is incorrect. Try again.', field: 'passkey-password' });
  assert.equal(happened.signedOut, 0);
});

for (const [name, says] of [
  ['NotAllowedError', 'canceled'],
  ['InvalidStateError', 'already has a passkey'],
  ['TypeError', 'didn’t work'],
])
  test(`browser that stops with ${name} is told in words`, async () => {
    const { work, asked } = await passkeys({ create: stopped(name) });
    const wrong = await work.add('Phone', '');
    assert.ok(wrong?.message.includes(says), wrong?.message);
    assert.equal(asked.length, 1);
  });

test('passkey that was removed elsewhere only leaves the list', async () => {
  const { work } = await passkeys({ answers: { 'DELETE /api/me/passkeys/p1': refused(404) } });
  assert.equal(await work.remove('p1', ''), null);
});

test('name that the desk refuses is told beside its field', async () => {
  const answers = { 'PATCH /api/me/passkeys/p1': refused(422, { name: 'Write it on one line.' }) };
  const { work } = await passkeys({ answers });
  assert.deepEqual(await work.rename('p1', ' '), {
    message: 'Give the passkey a name.',
    field: 'passkey-new-name',
  });
  assert.deepEqual(await work.rename('p1', 'x'), { message: 'Write it on one line.', field: 'passkey-new-name' });
});

test('session that has ended leads to the sign-in page', async () => {
  const answers = { 'GET /api/me/passkeys': refused(401, {}, 'Sign in, or send a valid token.') };
  const { work, happened } = await passkeys({ answers });
  assert.deepEqual([work.passkeys, happened.signedOut], [null, 1]);
});

test('a session whose end the page tells of is no wrong password, and what was typed stays', async () => {
  const told = refused(401, {}, SIGNED_OUT);
  const { work, happened } = await passkeys({ answers: { 'DELETE /api/me/passkeys/p1': told } });
  assert.deepEqual(await work.remove('p1', 'secret'), { message: SIGNED_OUT });
  assert.equal(happened.signedOut, 0);
});
