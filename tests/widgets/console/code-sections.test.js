import assert from 'node:assert/strict';
import test from 'node:test';
import { sections } from '../../../widgets/console/static/code-sections.js';
import { pluck } from '../support/pluck.js';

const code = (/** @type {string} */ key, more = {}) => ({
  key,
  name: key,
  meaning: `about ${key}`,
  group: 'Support',
  pending_rca: false,
  by_hand: true,
  only_product: null,
  ...more,
});
const CODES = [
  code('set_up', { pending_rca: true }),
  code('void'),
  code('auto_solved', { by_hand: false }),
  code('configuration_request', { pending_rca: true, only_product: 'Lumina' }),
  code('duplicate'),
];

/** @param {Partial<Parameters<typeof sections>[1]>} [now] */
const shown = (now) =>
  sections(CODES, { status: 'solved', product: 'Lumina', ...now }).map(
    ({ title, codes }) => `${title}: ${pluck(codes, 'key').join(' ')}`,
  );

test('a status that takes no code offers none', () => {
  assert.deepEqual([shown({ status: 'open' }), shown({ status: 'awaiting_reply' })], [[], []]);
});

test('likely codes stand first in their order, and only there', () => {
  const likely = ['duplicate', 'void'];
  assert.deepEqual(shown({ likely }), ['Likely: duplicate void', 'Support: set_up configuration_request']);
});

test('a refused code stays in its place with the reason, and is not likely', () => {
  const found = sections(CODES, { status: 'solved', product: 'Spectra OX', likely: ['configuration_request', 'void'] });
  assert.deepEqual(pluck(found[0].codes, 'key'), ['void']);
  assert.deepEqual(pluck(found[1].codes, 'key'), ['set_up', 'configuration_request', 'duplicate']);
  assert.match(found[1].codes[1].refused ?? '', /^Only for Lumina/u);
  assert.equal(found[1].count, 4);
});

test('a search looks into name, meaning, group and what staff also call it', () => {
  assert.deepEqual(shown({ search: 'ABOUT dup' }), [': duplicate']);
  assert.deepEqual(shown({ search: 'accident' }), [': void']);
  assert.deepEqual(shown({ search: 'nonsense' }), [': ']);
});

test('a search puts names that begin with the word first, then names with it, and refused codes last', () => {
  const codes = [
    code('odd', { name: 'Data', only_product: 'Lumina' }),
    code('conf', { name: 'Other', meaning: 'a data store' }),
    code('meta', { name: 'New metadata' }),
    code('data', { name: 'Data fix' }),
  ];
  const [found] = sections(codes, { status: 'solved', product: '', search: 'dáta' });
  assert.deepEqual(pluck(found.codes, 'key'), ['data', 'meta', 'conf', 'odd']);
});
