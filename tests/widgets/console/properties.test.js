import assert from 'node:assert/strict';
import test from 'node:test';
import { changes, differences, times, toForm, visible } from '../../../widgets/console/static/properties.js';

const TICKET = /** @type {any} */ ({
  number: 7, status: 'solved', resolution: 'void', duplicate_of: null, workaround: null, finding: null, product: 'Lumina', team: 'media',
  assignee: { id: 'u', name: 'Priya' }, subject: 'S', client: null, version: 3, participants: [{ name: null, email: 'bo@northlake.example' }],
});

test('an untouched form changes nothing', () => {
  assert.deepEqual(changes(TICKET, toForm(TICKET)), {});
});

test('only what differs is sent, and an emptied field is cleared', () => {
  assert.deepEqual(changes(TICKET, { ...toForm(TICKET), subject: ' New ', assignee: '' }), { subject: 'New', assignee: null });
});

test('a code without a place on the new status is not sent: the server clears it', () => {
  const form = { ...toForm(TICKET), status: 'open' };
  assert.equal(visible(form, 'solved').has('resolution'), false);
  assert.deepEqual(changes(TICKET, form), { status: 'open' });
});

test('the number of a duplicate goes as a number, nonsense as it is for the server to refuse', () => {
  const form = { ...toForm(TICKET), resolution: 'duplicate' };
  assert.deepEqual(changes(TICKET, { ...form, duplicate_of: '#12' }), { resolution: 'duplicate', duplicate_of: 12 });
  assert.deepEqual(changes(TICKET, { ...form, duplicate_of: 'x' }), { resolution: 'duplicate', duplicate_of: 'x' });
});

test('a finding is asked for when the cause is no longer looked for', () => {
  const pending = { ...TICKET, status: 'fixed_pending_rca', workaround: 'w' };
  assert.equal(visible({ ...toForm(pending), status: 'solved' }, 'fixed_pending_rca').has('finding'), true);
  assert.equal(visible(toForm(TICKET), 'solved').has('finding'), false);
});

test('what somebody else changed is told field by field', () => {
  const after = { ...TICKET, team: 'tech', assignee: null, version: 4 };
  assert.deepEqual(differences(TICKET, after).map(({ field, from, to }) => [field, from?.name ?? from, to]), [['team', 'media', 'tech'], ['assignee', 'Priya', null]]);
});

test('the times of a chat are those of its events', () => {
  const at = (/** @type {number} */ s) => new Date(s * 1000).toISOString();
  const event = (/** @type {string} */ type, /** @type {number} */ s, more = {}) => /** @type {any} */ ({ type, chat: 'c', at: at(s), from: { kind: 'customer' }, ...more });
  const story = [
    event('chat.started', 0), event('message', 0), event('chat.assigned', 160, { staff: { id: 'u', name: 'Priya' } }),
    event('message', 212, { from: { kind: 'staff' } }), event('chat.closed', 1_140),
  ];
  assert.deepEqual(times(story), { queued: 160_000, firstReply: 52_000, longestGap: null, length: 1_140_000, hands: ['Priya'] });
  assert.deepEqual(times(story.slice(0, 2)), { queued: null, firstReply: null, longestGap: null, length: null, hands: [] });
  assert.equal(times([]), null);
});

test('participants are addresses, one after the other; without any nobody is left', () => {
  const form = toForm(TICKET);
  assert.equal(form.participants, 'bo@northlake.example');
  assert.deepEqual(changes(TICKET, { ...form, participants: 'bo@northlake.example; cy@northlake.example' }), { participants: ['bo@northlake.example', 'cy@northlake.example'] });
  assert.deepEqual(changes(TICKET, { ...form, participants: ' ' }), { participants: [] });
});

test('the longest gap is what the customer waited for an answer after the first', () => {
  const at = (/** @type {number} */ s) => new Date(s * 1000).toISOString();
  const event = (/** @type {string} */ type, /** @type {'customer'|'staff'} */ kind, /** @type {number} */ s) => ({ type, chat: 'c', seq: s, prev: 0, at: at(s), from: { kind, id: null, name: null } });
  const says = (/** @type {'customer'|'staff'} */ kind, /** @type {number} */ s) => event('message', kind, s);
  const story = [event('chat.started', 'customer', 0), says('customer', 0), says('staff', 400), says('customer', 410), says('customer', 500), says('staff', 655), says('customer', 660), says('staff', 670)];
  assert.equal(times(story)?.longestGap, 245_000);
});
