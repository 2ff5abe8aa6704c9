import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { UsualCodes } = await import('../../../widgets/console/static/usual-codes.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const code = (/** @type {string} */ key, more = {}) => ({
  key,
  name: key,
  meaning: '',
  group: 'Support',
  pending_rca: false,
  by_hand: true,
  only_product: null,
  ...more,
});
const CODES = [
  code('set_up'),
  code('void'),
  code('no_issue'),
  code('auto_solved', { by_hand: false }),
  code('configuration_request', { only_product: 'Lumina' }),
];
const at = (/** @type {string} */ product) => ({ codes: CODES, product });
const away = async () => {
  throw new Refused(0, { detail: 'No connection.' });
};
const suggests = async () => ({ data: { codes: ['no_issue'], used_last: 'set_up' }, etag: null });

/** @returns {Storage} */
function storage() {
  const kept = new Map();
  return /** @type {Storage} */ (
    /** @type {unknown} */ ({
      getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    })
  );
}

test('the suggestions of the desk go before what was used', async () => {
  const usual = new UsualCodes('priya', storage());
  assert.deepEqual(await usual.likely(suggests, 'chats/a', at('')), { codes: ['no_issue'], usedLast: 'set_up' });
  usual.used('void');
  assert.deepEqual(await usual.likely(suggests, 'chats/a', at('')), { codes: ['no_issue'], usedLast: 'void' });
});

test('without a connection the codes that were used come first, also after a reload, then those of the product', async () => {
  const kept = storage();
  const before = new UsualCodes('priya', kept);
  await before.likely(suggests, 'chats/a', at(''));
  for (const key of ['auto_solved', 'void']) before.used(key);
  const usual = new UsualCodes('priya', kept);
  assert.deepEqual((await usual.likely(away, 'chats/a', at('Lumina'))).codes, [
    'void',
    'no_issue',
    'configuration_request',
  ]);
  assert.deepEqual((await usual.likely(away, 'chats/a', at('Spectra'))).codes, ['void', 'no_issue']);
  assert.deepEqual((await new UsualCodes('mateo', kept).likely(away, 'chats/a', at('Spectra'))).codes, []);
});

test('a storage that holds something else is left alone', async () => {
  const kept = storage();
  for (const value of ['{', '{"a": 1}', '[1]']) {
    kept.setItem('switchboard.codes.priya', value);
    assert.deepEqual((await new UsualCodes('priya', kept).likely(away, 'chats/a', at(''))).codes, []);
  }
});
