import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Choosing, UNSURE, topicOf } = await import('../../../widgets/customer/static/choosing.js');
const { faultsOf } = await import('../../../widgets/customer/static/page-faults.js');
const { Memory } = await import('../../../widgets/customer/static/memory.js');

const team = (/** @type {string} */ key, /** @type {object} */ more = {}) => ({
  team: key,
  name: key,
  topic: `All of ${key}`,
  default: key === 'tech',
  products: ['OX', 'DS'],
  open: true,
  staffed: true,
  opens_at: null,
  closes_at: null,
  waiting: 0,
  wait_s: null,
  ...more,
});

/** @param {ReturnType<typeof team>[]} teams @param {string|null} [given] */
function choosing(teams, given = null) {
  const form = { team: '', product: '' };
  const visit = /** @type {import('../../../widgets/customer/static/visit.js').Visit} */ (
    /** @type {unknown} */ ({ teams })
  );
  return { form, it: new Choosing({ visit, memory: new Memory(null), form, given }) };
}

test('no team is preset where there is a choice, and who is not sure gets the default one', () => {
  const { it, form } = choosing([team('media'), team('tech')]);
  assert.deepEqual([it.asks, it.team, it.product, it.products], [true, undefined, '', []]);
  form.team = UNSURE;
  assert.equal(it.team?.team, 'tech');
  form.team = 'media';
  assert.deepEqual([it.team?.team, it.product, it.products], ['media', '', ['OX', 'DS']]);
});

test('a page that has chosen is followed, and nothing is asked', () => {
  const given = choosing([team('media'), team('tech')], 'media').it;
  assert.deepEqual([given.asks, given.team?.team], [false, 'media']);
  const { it, form } = choosing([team('media'), team('tech')]);
  it.suggested = { team: 'tech', product: 'DS' };
  Object.assign(form, it.suggested);
  assert.deepEqual([it.asks, it.team?.team, it.product, it.products], [false, 'tech', 'DS', []]);
});

test('a page that names a team which is not there changes nothing, and its makers learn it', () => {
  const { it } = choosing([team('media'), team('tech')], 'gone');
  assert.deepEqual([it.asks, faultsOf(it)], [true, ['data-team="gone" is none of media, tech']]);
});

test('the only team and the only product are no question', () => {
  const { it } = choosing([team('media', { products: ['OX'] })]);
  assert.deepEqual([it.asks, it.team?.team, it.product, it.products], [false, 'media', 'OX', []]);
});

test('the product of last time stays, until the customer says that it is none', () => {
  const { it, form } = choosing([team('media')]);
  it.memory.set('product', 'DS');
  assert.equal(it.product, 'DS');
  form.product = UNSURE;
  assert.equal(it.product, '');
});

test('before a choice the form is closed where all are, and tells of the next to open', () => {
  const shut = { open: false };
  const { it, form } = choosing([
    team('media', { ...shut, opens_at: '2026-11-30T14:00:00.000Z' }),
    team('tech', { ...shut, opens_at: '2026-11-29T14:00:00.000Z' }),
    team('old', shut),
  ]);
  assert.deepEqual([it.shut, it.closedTeam?.team], [true, 'tech']);
  form.team = 'media';
  assert.equal(it.closedTeam?.team, 'media');
  assert.equal(choosing([team('media', shut), team('tech')]).it.shut, false);
});

test('nobody is there if nobody is in any open team, or in the chosen one', () => {
  const away = { staffed: false };
  const { it, form } = choosing([team('media', away), team('tech')]);
  assert.equal(it.unstaffed, false);
  form.team = 'media';
  assert.equal(it.unstaffed, true);
  assert.equal(choosing([team('media', away), team('tech', { open: false })]).it.unstaffed, true);
});

test('a topic is in the language of the customer, where the desk has it', () => {
  const orders = team('media', { topic: 'Orders', topics: { fr: 'Commandes' } });
  assert.deepEqual(
    ['fr-CA', 'fr', 'es', 'en-US'].map((locale) => topicOf(orders, locale)),
    ['Commandes', 'Commandes', 'Orders', 'Orders'],
  );
});
