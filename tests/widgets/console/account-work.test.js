import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { AccountWork } = await import('../../../widgets/console/static/account-work.js');
const { SIGNED_OUT } = await import('../../../widgets/console/static/session-words.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const DEVICE = {
  id: 'd',
  current: false,
  created_at: '',
  last_seen_at: '',
  expires_at: '',
  user_agent: null,
  network: null,
};
const INCORRECT = 'That password is incorrect. Try again.';

/** A person's account, and what the server is asked. @param {Record<string, object|Error>} answers by method and path */
function account(answers = {}) {
  /** @type {string[]} */
  const asked = [];
  let signedOut = 0;
  const work = new AccountWork({
    ask: async (method, path, { body } = {}) => {
      const call = `${method} ${path}`;
      asked.push(body ? `${call} ${JSON.stringify(body)}` : call);
      const answer = answers[call] ?? { sessions: [DEVICE] };
      if (answer instanceof Error) throw answer;
      return { data: answer, etag: null };
    },
    me: { email: 'priya@desk.example' },
    signedOut: () => {
      signedOut += 1;
    },
  });
  return { work, asked, signedOut: () => signedOut };
}

/** @param {number} status @param {Record<string, string>} [fields] @param {string} [detail] */
const refused = (status, fields = {}, detail = 'No.') =>
  new Refused(status, { code: status === 401 ? 'unauthorized' : 'invalid', detail, fields });

test('load gives devices, failed sign-ins and the second factor', async () => {
  const failed = { count: 12, since: '', last_at: '', last_network: null };
  const { work } = account({ 'GET /api/me': { failed_sign_ins: failed, totp: true, recovery_codes: 9 } });
  await work.load();
  assert.deepEqual([work.devices, work.failures, work.factor, work.codesLeft], [[DEVICE], failed, 'on', 9]);
});

test('devices that cannot be loaded are told, and loaded on the next try', async () => {
  /** @type {Record<string, object|Error>} */
  const answers = { 'GET /api/me/sessions': refused(503) };
  const { work } = account(answers);
  await work.loadDevices();
  assert.deepEqual([work.devices, work.devicesWrong], [[], 'No.']);
  delete answers['GET /api/me/sessions'];
  await work.loadDevices();
  assert.deepEqual([work.devices, work.devicesWrong], [[DEVICE], '']);
});

for (const [status, wrong] of /** @type {const} */ ([
  [401, { message: INCORRECT, field: 'out-password' }],
  [404, null],
  [429, { message: 'No.' }],
]))
  test(`signing out a device that is refused with ${status} says ${wrong?.message ?? 'nothing'}`, async () => {
    const { work, asked } = account({ 'DELETE /api/me/sessions/d': refused(status) });
    assert.deepEqual(await work.signOut('d', 'secret'), wrong);
    assert.equal(asked.includes('GET /api/me/sessions'), wrong === null);
  });

test('an empty field is named and nothing is asked', async () => {
  const { work, asked } = account();
  work.factor = 'off';
  const wrongs = [
    await work.signOut('d', ''),
    await work.changePassword('', 'new'),
    await work.changePassword('old', ''),
    await work.step('', ''),
    await work.renewCodes(''),
  ];
  assert.deepEqual(
    wrongs.map((wrong) => wrong?.field),
    ['out-password', 'password', 'new_password', 'totp-password', 'codes-password'],
  );
  assert.deepEqual(asked, []);
});

test('a new password that is refused is named, and the old one if it is incorrect', async () => {
  for (const [refusal, field] of /** @type {const} */ ([
    [refused(422, { new_password: 'Too short.' }), 'new_password'],
    [refused(401), 'password'],
  ])) {
    const { work } = account({ 'POST /api/me/password': refusal });
    assert.equal((await work.changePassword('old', 'new'))?.field, field);
  }
});

test('the second factor is set up, confirmed and its recovery codes are kept', async () => {
  const secret = { secret: 'ABCDEFGH', uri: 'otpauth://x', qr: 'data:x' };
  const { work } = account({
    'POST /api/me/totp': secret,
    'POST /api/me/totp/confirm': { recovery_codes: ['one', 'two'] },
  });
  work.factor = 'off';
  assert.equal(await work.step('secret', ''), null);
  assert.deepEqual([work.factor, work.secret], ['begun', secret]);
  assert.equal((await work.step('', '12345'))?.field, 'totp-code');
  assert.equal(await work.step('', '123456'), null);
  assert.deepEqual([work.factor, work.secret, work.codes, work.codesLeft], ['on', null, ['one', 'two'], null]);
  work.codesKept();
  assert.deepEqual([work.codes, work.codesLeft], [null, 2]);
});

test('a recovery code turns the second factor off', async () => {
  const { work, asked } = account({ 'POST /api/me/totp/off': {} });
  work.factor = 'on';
  work.codesLeft = 9;
  assert.equal(await work.step('secret', 'abcd-efgh-ijkl-mnop'), null);
  assert.deepEqual([work.factor, work.codesLeft], ['off', null]);
  assert.deepEqual(asked, ['POST /api/me/totp/off {"password":"secret","totp":"abcd-efgh-ijkl-mnop"}']);
});

test('a session that has ended leads to the sign-in', async () => {
  const { work, signedOut } = account({ 'GET /api/me/sessions': refused(401, {}, 'Sign in first.') });
  await work.loadDevices();
  assert.equal(signedOut(), 1);
});

test('a session whose end the page tells of is no wrong password, and what was typed stays', async () => {
  const told = refused(401, {}, SIGNED_OUT);
  const { work, signedOut } = account({
    'POST /api/me/password': told,
    'POST /api/me/totp': told,
    'POST /api/me/recovery-codes': told,
    'DELETE /api/me/sessions/2': told,
    'GET /api/me/sessions': refused(401, {}, SIGNED_OUT),
  });
  work.factor = 'off';
  const said = [
    await work.changePassword('secret', 'a new password'),
    await work.step('secret', ''),
    await work.renewCodes('secret'),
    await work.signOut('2', 'secret'),
  ];
  assert.deepEqual(said, Array(4).fill({ message: SIGNED_OUT }));
  await work.loadDevices();
  assert.equal(signedOut(), 0);
});
