import assert from 'node:assert/strict';
import test from 'node:test';
import { changes, differences, toForm, visible } from '../../../widgets/console/static/properties.js';

const TICKET = /** @type {any} */ ({
  number: 7,
  status: 'solved',
  resolution: 'void',
  duplicate_of: null,
  workaround: null,
  finding: null,
  product: 'Lumina',
  team: 'media',
  assignee: { id: 'u', name: 'Priya' },
  subject: 'S',
  client: null,
  version: 3,
  participants: [{ name: null, email: 'bo@northlake.example' }],
});

test('an untouched form changes nothing', () => {
  assert.deepEqual(changes(TICKET, toForm(TICKET)), {});
});

test('only what differs is sent, and an emptied field is cleared', () => {
  assert.deepEqual(changes(TICKET, { ...toForm(TICKET), subject: ' New ', assignee: '' }), {
    subject: 'New',
    assignee: null,
  });
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
  assert.deepEqual(
    differences(TICKET, after).map(({ field, from, to }) => [field, from?.name ?? from, to]),
    [
      ['team', 'media', 'tech'],
      ['assignee', 'Priya', null],
    ],
  );
});

test('participants are addresses, one after the other; without any nobody is left', () => {
  const form = toForm(TICKET);
  assert.equal(form.participants, 'bo@northlake.example');
  assert.deepEqual(changes(TICKET, { ...form, participants: 'bo@northlake.example; cy@northlake.example' }), {
    participants: ['bo@northlake.example', 'cy@northlake.example'],
  });
  assert.deepEqual(changes(TICKET, { ...form, participants: ' ' }), { participants: [] });
});
