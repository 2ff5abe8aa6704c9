import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../support/served.js';

const { titleOf } = await import('../../../widgets/customer/static/attention.js');

const PRIYA = { kind: 'staff', id: 's1', name: 'Priya Raman' };

/** @param {{unread?: number, agent?: object|null, tickets?: object[]}} given */
const titled = ({ unread = 0, agent = null, tickets = [] }) =>
  titleOf(
    /** @type {Parameters<typeof titleOf>[0]} */ (
      /** @type {unknown} */ ({ visit: { unread, agent }, desk: { tickets: { all: tickets } } })
    ),
  );

test('the title names who wrote, in the chat first', () => {
  const ticket = { unread: 1, last: { from: { ...PRIYA, name: 'Mateo' }, text: 'secret' } };
  assert.equal(titled({ unread: 1, agent: PRIYA, tickets: [ticket] }), 'New message from Priya');
  assert.equal(titled({ tickets: [{ unread: 0, last: null }, ticket] }), 'New message from Mateo');
});

test('the title goes without a name that is not known', () => {
  assert.equal(titled({ tickets: [{ unread: 2, last: null }] }), 'New message');
});

test('there is no title for what is read', () => {
  assert.equal(titled({ agent: PRIYA, tickets: [{ unread: 0, last: null }] }), '');
});
