import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { announcement } = await import('../../../widgets/customer/static/announcements.js');

const QUIET = { lost: '', place: '', agent: null, gone: '', silent: '', sent: 0, ticket: '', came: '' };

test('what did not change is not said again', () => {
  const now = { ...QUIET, place: 'You’re next', sent: 3 };
  assert.equal(announcement(now, { ...now }), '');
});

test('the place in line, who joins and what was stored are said as they come', () => {
  assert.equal(
    announcement({ ...QUIET, place: 'You’re number 2 in line' }, { ...QUIET, place: 'You’re next' }),
    'You’re next',
  );
  assert.equal(announcement({ ...QUIET, place: 'You’re next' }, { ...QUIET, agent: 'Priya Raman' }), 'Priya joined');
  assert.equal(announcement(QUIET, { ...QUIET, sent: 1 }), 'Sent');
});

test('an agent who drops off is said once, and not when they are back', () => {
  const there = { ...QUIET, agent: 'Priya Raman' };
  const gone = { ...there, gone: 'Priya’s connection dropped.' };
  assert.equal(announcement(there, gone), 'Priya’s connection dropped.');
  assert.equal(announcement(gone, there), '');
});

test('the line comes before everything else, lost and back', () => {
  const lost = { ...QUIET, lost: 'No connection.', sent: 1 };
  assert.equal(announcement(QUIET, lost), 'No connection.');
  assert.equal(announcement(lost, { ...QUIET, sent: 2 }), 'Connected again.');
});

test('what is written while the chat is closed is said once, and not that it was seen', () => {
  const came = { ...QUIET, came: 'Priya: Which order?' };
  assert.equal(announcement(QUIET, came), 'Priya: Which order?');
  assert.equal(announcement(came, { ...came, sent: 1 }), 'Sent');
  assert.equal(announcement(came, QUIET), '');
});

test('what it has become is said once', () => {
  const over = { ...QUIET, ticket: 'It’s now ticket #7' };
  assert.equal(announcement({ ...QUIET, agent: 'Priya Raman' }, over), 'It’s now ticket #7');
  assert.equal(announcement(over, { ...over }), '');
});

test('that the chat will end is said at each step', () => {
  const asked = { ...QUIET, silent: 'Are you still there?' };
  assert.equal(announcement(QUIET, asked), 'Are you still there?');
  assert.equal(announcement(asked, { ...QUIET, silent: 'This chat ends at 16:52.' }), 'This chat ends at 16:52.');
  assert.equal(announcement(asked, QUIET), '');
});
