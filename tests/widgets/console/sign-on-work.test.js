import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { SignOnWork } = await import('../../../widgets/console/static/sign-on-work.js');
const { SIGNED_OUT } = await import('../../../widgets/console/static/session-words.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const LINKED = { email: 'priya@company.example', linked_at: '2026-11-28T10:00:00Z' };
const STATE = { issuer: 'https://login.company.example', linked: null, password: true, code: false };

/** @param {Record<string, object|Error>} answers by method and path @param {string|null} [came] */
function signOn(answers, came = null) {
  /** @type {string[]} */
  const went = [];
  const work = new SignOnWork({
    ask: async (method, path) => {
      const answer = answers[`${method} ${path}`];
      if (answer instanceof Error) throw answer;
      return { data: answer, etag: null };
    },
    me: { email: 'priya@desk.example' },
    go: (url) => went.push(url),
    came,
  });
  return { work, went };
}

/** @param {number} status */
const refused = (status, detail = 'No.') => new Refused(status, { code: 'conflict', detail, fields: {} });

test('link goes to the page of the sign-on service', async () => {
  const { work, went } = signOn({ 'POST /api/me/sign-on': { url: 'https://login.company.example/auth' } });
  assert.equal(await work.link('right'), null);
  assert.deepEqual(went, ['https://login.company.example/auth']);
});

test('link without a password, with a wrong one, or refused says so and goes nowhere', async () => {
  /** @type {Record<string, object|Error>} */
  const answers = { 'POST /api/me/sign-on': refused(401) };
  const { work, went } = signOn(answers);
  assert.deepEqual(await work.link(''), { message: 'Enter your password.', field: 'sign-on-password' });
  const wrong = { message: 'That password is incorrect. Try again.', field: 'sign-on-password' };
  assert.deepEqual(await work.link('wrong'), wrong);
  answers['POST /api/me/sign-on'] = refused(401, SIGNED_OUT);
  assert.deepEqual(await work.link('right'), { message: SIGNED_OUT }, 'the page tells of it');
  answers['POST /api/me/sign-on'] = refused(409);
  assert.deepEqual(await work.link('right'), { message: 'No.' });
  assert.deepEqual(went, []);
});

test('link without a password here needs a new sign-in', async () => {
  const fields = { sign_in: 'Sign in again to confirm.' };
  const again = new Refused(401, { code: 'unauthorized', detail: fields.sign_in, fields });
  const { work, went } = signOn({ 'POST /api/me/sign-on': again });
  work.state = { ...STATE, password: false };
  assert.deepEqual(await work.link(''), { message: 'Sign in again to confirm.' });
  assert.deepEqual(went, ['/sign-in?next=/account']);
});

test('code that is missing or wrong is told beside its field', async () => {
  const fields = { totp: 'Also enter the code from your authenticator app.' };
  const { work } = signOn({
    'POST /api/me/sign-on': new Refused(401, { code: 'unauthorized', detail: 'No.', fields }),
  });
  assert.deepEqual(await work.link('right'), { message: fields.totp, field: 'sign-on-password-code' });
});

test('unlink loads the state again', async () => {
  const { work } = signOn({ 'DELETE /api/me/sign-on': {}, 'GET /api/me/sign-on': STATE });
  work.state = { ...STATE, linked: LINKED };
  assert.equal(await work.unlink('right'), null);
  assert.deepEqual([work.state, work.done], [STATE, 'Single sign-on is unlinked.']);
});

test('state that cannot be loaded is told, and loaded on the next try', async () => {
  /** @type {Record<string, object|Error>} */
  const answers = { 'GET /api/me/sign-on': refused(503) };
  const { work } = signOn(answers);
  await work.load();
  assert.deepEqual([work.state, work.loadingWrong], [null, 'No.']);
  answers['GET /api/me/sign-on'] = STATE;
  await work.load();
  assert.deepEqual([work.state, work.loadingWrong], [STATE, '']);
});

test('return from the sign-on service is told until the next step', async () => {
  assert.equal(signOn({}, 'linked').work.done, 'Single sign-on is linked.');
  assert.equal(signOn({}, 'nonsense').work.failed, '');
  assert.equal(signOn({}, '__proto__').work.failed, '');
  const { work } = signOn({}, 'taken');
  assert.match(work.failed, /somebody else/u);
  await work.link('');
  assert.equal(work.failed, '');
});
