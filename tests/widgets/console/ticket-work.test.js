import assert from 'node:assert/strict';
import test from 'node:test';
import { BO, Refused, desk, reply } from './support/ticket-desk.js';

test('what was changed is saved under the version that was read, and is no change any more', async () => {
  const { work, last } = desk();
  await work.load();
  assert.deepEqual(
    [work.form.subject, work.teamName('media'), work.nameOf('bo'), work.changed],
    ['Dates', 'Media', 'Bo', []],
  );
  work.set('subject', 'Dates are refused');
  assert.deepEqual(work.changed, ['subject']);
  await work.save();
  assert.deepEqual(last()?.body, { subject: 'Dates are refused' });
  assert.equal(last()?.headers['If-Match'], '"3"');
  assert.deepEqual([work.changed, work.said, work.saving], [[], 'Saved', false]);
});

test('nothing is sent where nothing was changed, and undo takes changes back', async () => {
  const { work, last } = desk();
  await work.load();
  work.set('subject', 'Other');
  work.undo();
  await work.save();
  assert.deepEqual([last(), work.form.subject], [undefined, 'Dates']);
});

test('somebody else saved first: their changes are shown, and what was typed stays', async () => {
  const { work, refusals, change } = desk();
  await work.load();
  work.set('subject', 'Mine');
  change({
    product: 'Lumina',
    history: [{ at: '', by: { name: 'Bo' }, field: 'product', from: 'Spectra', to: 'Lumina' }],
  });
  refusals.push(new Refused(412, {}));
  await work.save();
  assert.deepEqual(work.conflict, {
    by: { name: 'Bo' },
    differences: [{ field: 'product', from: 'Spectra', to: 'Lumina' }],
  });
  assert.deepEqual([work.form.subject, work.form.product, work.changed], ['Mine', 'Lumina', ['subject']]);
  await work.save();
  assert.deepEqual([work.conflict, work.ticket?.subject, work.ticket?.product], [null, 'Mine', 'Lumina']);
});

test('a version without a change of properties, such as a letter, is saved over at once', async () => {
  const { work, refusals, change, last } = desk();
  await work.load();
  work.set('subject', 'Mine');
  change({});
  refusals.push(new Refused(412, {}));
  await work.save();
  assert.deepEqual([work.conflict, work.said, work.ticket?.subject], [null, 'Saved', 'Mine']);
  assert.notEqual(last()?.headers['If-Match'], '"3"');
});

test('a refusal is said at its field, and at the form if no field shown is to blame', async () => {
  const { work, refusals, told } = desk();
  await work.load();
  work.set('subject', 'Mine');
  refusals.push(new Refused(422, { detail: 'Not like this.', fields: { subject: 'Too short.' } }));
  await work.save();
  assert.deepEqual([work.wrong, work.message, told], [{ subject: 'Too short.' }, '', ['faulty']]);
  refusals.push(new Refused(422, { detail: 'Not like this.', fields: { finding: 'Is missing.' } }));
  await work.save();
  assert.equal(work.message, 'Not like this.');
});

for (const [status, missing] of /** @type {Array<[number, boolean]>} */ ([
  [404, true],
  [403, true],
  [503, false],
]))
  test(`without a ticket (${status}) it is said why`, async () => {
    const { work } = desk({}, new Refused(status, { detail: 'Why.' }));
    await work.load();
    assert.deepEqual([work.ticket, work.fault, work.loading], [null, { missing, message: 'Why.' }, false]);
  });

test('somebody who was signed out goes to the sign-in page, and back from there', async () => {
  const { work, told } = desk({}, new Refused(401, {}));
  await work.load();
  assert.deepEqual(told, ['leave /sign-in?next=%2Ftickets%2F7']);
});

// -- live ------------------------------------------------------------------------------------

test('what is written elsewhere appears at once and only once, and is said', async () => {
  const { work, told } = desk({ transcript: [reply(1)] });
  await work.load();
  work.hear(reply(2, { from: BO, text: 'Mended' }));
  work.hear(reply(2, { from: BO, text: 'Mended' }));
  assert.deepEqual(
    work.ticket?.transcript?.map(({ type, seq }) => [type, seq]),
    [
      ['reply', 1],
      ['reply', 2],
    ],
  );
  assert.deepEqual([work.lastSeq, work.since, work.said, told], [2, 1, 'Bo wrote a reply', ['heard']]);
});

test('a note that the desk wrote itself is announced as a note of the system', async () => {
  const { work } = desk({ transcript: [] });
  await work.load();
  work.hear({ ...reply(1, { from: { kind: 'system', id: null, name: null } }), type: 'ticket.note' });
  assert.equal(work.said, 'The system added a note');
});

test('a text that is removed while it is read is gone from the page', async () => {
  const { work } = desk({ transcript: [reply(1, { text: 'secret' }), reply(2)] });
  await work.load();
  work.hear({ ...reply(3, { from: BO }), type: 'ticket.redacted', of: 1 });
  assert.doesNotMatch(JSON.stringify(work.ticket), /secret/u);
  assert.equal(work.ticket?.transcript?.length, 3);
});

test('a text of the ticket is removed by its number, and a refusal is said', async () => {
  const { work, last, refusals } = desk({ transcript: [reply(1)] });
  await work.load();
  await work.remove({ of: 1, reason: 'A password' });
  assert.deepEqual([last()?.path, last()?.body], ['/api/tickets/7/redactions', { of: 1, reason: 'A password' }]);
  refusals.push(new Refused(403, { code: 'forbidden', detail: 'Only a supervisor can.' }));
  await assert.rejects(work.remove({ of: 1, reason: 'Once more' }), {
    name: 'DeskError',
    message: 'Only a supervisor can.',
  });
});

test('properties that others change follow, and what was typed stays', async () => {
  const { work, change } = desk();
  await work.load();
  work.set('subject', 'Mine');
  change({ assignee: { id: 'bo', name: 'Bo' } });
  await work.altered({ type: 'ticket.changed', version: 4, changed: {} });
  assert.deepEqual([work.ticket?.assignee?.name, work.form.assignee, work.form.subject], ['Bo', 'bo', 'Mine']);
  assert.equal(work.conflict, null);
});

test('a field that somebody else changes while it is being changed here is a conflict at once', async () => {
  const { work, change } = desk();
  await work.load();
  work.set('assignee', 'priya');
  change({ assignee: { id: 'bo', name: 'Bo' }, history: [{ at: '', by: { name: 'Bo' }, field: 'assignee' }] });
  await work.altered({ type: 'ticket.changed', version: 4, changed: {} });
  assert.deepEqual(
    [work.conflict?.by, work.conflict?.differences.map(({ field }) => field), work.form.assignee],
    [{ name: 'Bo' }, ['assignee'], 'priya'],
  );
});

test('a clock that moves without a new version needs no other look', async () => {
  const { work, asked } = desk();
  await work.load();
  const before = asked.length;
  await work.altered({ type: 'ticket.changed', version: 3, changed: { waiting_since: '2026-11-28T03:00:00.000Z' } });
  assert.deepEqual([work.ticket?.waiting_since, asked.length], ['2026-11-28T03:00:00.000Z', before]);
});

test('an answer that was under way does not take back what came live meanwhile', async () => {
  const { work, change, during } = desk({ transcript: [reply(1)] });
  await work.load();
  work.set('subject', 'Mine');
  during(() => {
    work.hear(reply(2, { from: BO }));
    change({ transcript: [reply(1)] });
  });
  await work.save();
  assert.deepEqual([work.lastSeq, work.ticket?.subject, work.changed], [2, 'Mine', []]);
});

test('whoever may not see the ticket any more sees nothing of it, and keeps what they wrote', async () => {
  const { work } = desk();
  await work.load();
  work.writing.write('half a reply');
  work.lose();
  await work.catchUp();
  assert.deepEqual([work.ticket, work.lost, work.changed, work.writing.text], [null, true, [], 'half a reply']);
});

test('colleagues on the ticket are shown without the reader', async () => {
  const { work } = desk();
  await work.load();
  work.beside([
    { id: 'bo', name: 'Bo', writing: true },
    { id: 'priya', name: 'Priya', writing: false },
  ]);
  assert.deepEqual(
    work.others.map(({ name }) => name),
    ['Bo'],
  );
});
