import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { nameOf } = await import('../../../widgets/console/static/visitor.js');

/** @param {string|null} name @param {string|null} page @param {string|null} timezone */
const named = (name, page, timezone) =>
  nameOf({ customer: { id: 'v', name, email: null, verified: false, client: null }, page, timezone });

test('a visitor without a name is told apart by page and place, as far as they are known', () => {
  assert.equal(named('Danielle', 'https://shop.example/pricing', 'America/Denver'), 'Danielle');
  assert.equal(named(null, 'https://shop.example/pricing?x=1', 'America/Denver'), 'Visitor · /pricing · Denver');
  assert.equal(named(null, 'https://shop.example/', 'America/New_York'), 'Visitor · New York');
  assert.equal(named(null, 'https://shop.example/a/b', 'UTC'), 'Visitor · /a/b');
  assert.equal(named(null, 'no address', 'Etc/UTC'), 'Unnamed visitor');
  assert.equal(nameOf(null), 'Unnamed visitor');
});
