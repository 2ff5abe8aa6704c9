import assert from 'node:assert/strict';
import test from 'node:test';
import { BO, Refused, desk, reply } from './support/ticket-desk.js';

const held = () =>
  new Refused(409, {
    code: 'conflict',
    detail: 'Bo wrote.',
    since: [{ ...reply(2, { from: BO }), type: 'reply' }],
  });

test('a reply takes the status along, takes the ticket, and a note that was begun stays', async () => {
  const { work, writing, drafts, last, told } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.note(true);
  writing.write('a note');
  writing.note(false);
  writing.write('a reply');
  writing.choose('awaiting_reply');
  work.set('subject', 'Not sent along');
  await writing.send();
  assert.deepEqual(last()?.body, {
    text: 'a reply',
    public: true,
    seen: 1,
    take: true,
    status: 'awaiting_reply',
  });
  assert.deepEqual([writing.text, drafts.get('7.note'), work.form.subject], ['', 'a note', 'Not sent along']);
  assert.deepEqual([told, work.said, writing.sending], [['sent'], 'Sent', false]);
});

test('the next reply sets the status of the last one, unless the ticket rests', async () => {
  const { work, writing, change, last } = desk();
  await work.load();
  assert.equal(writing.status, 'open');
  writing.write('one');
  writing.choose('awaiting_reply');
  await writing.send();
  assert.equal(writing.status, 'awaiting_reply');
  writing.write('two');
  await writing.send();
  assert.equal(last()?.body?.status, 'awaiting_reply');
  change({ status: 'solved' });
  await work.catchUp();
  assert.equal(writing.status, 'solved');
  change({ status: 'open', requester: { id: 'ana', name: 'Ana', email: null } });
  await work.catchUp();
  assert.deepEqual([writing.status, writing.refusal('awaiting_reply')], ['open', 'no email address']);
});

test('a status that was chosen for one reply can be the one that is stored', async () => {
  const { work, writing, last } = desk();
  await work.load();
  writing.sendAs.sent('awaiting_reply');
  writing.choose('open');
  writing.write('I look into it');
  await writing.send();
  assert.equal(last()?.body?.status, undefined);
  assert.equal(writing.sendAs.status, 'open');
});

test('after a note it is a reply again', async () => {
  const { work, writing, last } = desk();
  await work.load();
  writing.sendAs.sent('awaiting_reply');
  writing.note(true);
  writing.write('between us');
  await writing.send();
  assert.deepEqual(last()?.body, { text: 'between us', public: false });
  assert.deepEqual([writing.noting, work.said], [false, 'Note added']);
});

test('what is written while a reply is under way stays', async () => {
  const { work, writing, during } = desk();
  await work.load();
  writing.write('one');
  during(() => writing.write('one and more'));
  await writing.send();
  assert.equal(writing.text, 'one and more');
});

test('a reply whose fate is unknown is sent again under the same key, one that was refused under another', async () => {
  const { work, writing, refusals, last } = desk();
  await work.load();
  writing.write('one');
  refusals.push(new Refused(0, { detail: 'No connection.' }));
  await writing.send();
  const key = last()?.headers['Idempotency-Key'];
  assert.match(writing.wrong, /^No connection\. It may have been saved anyway/u);
  writing.write('one');
  refusals.push(new Refused(422, { detail: 'No.', fields: { text: 'Too long.' } }));
  await writing.send();
  assert.equal(last()?.headers['Idempotency-Key'], key);
  assert.equal(writing.wrong, 'Too long.');
  await writing.send();
  assert.notEqual(last()?.headers['Idempotency-Key'], key);
  assert.equal(writing.wrong, '');
});

test('a reply that lacks what its status needs is not sent, and keeps what was typed', async () => {
  const { work, writing, last, told } = desk();
  await work.load();
  work.lacks = () => /** @type {Record<string, string>} */ (work.form.workaround ? {} : { workaround: 'Add one.' });
  writing.write('Mended');
  writing.choose('fixed_pending_rca');
  await writing.send();
  assert.deepEqual([last(), told, writing.text], [undefined, ['faulty'], 'Mended']);
  assert.deepEqual(work.wrong, { workaround: 'Add one.' });
  work.set('workaround', 'Export by hand');
  await writing.send();
  assert.equal(last()?.body?.workaround, 'Export by hand');
});

test('an empty reply is not sent', async () => {
  const { work, writing, last } = desk();
  await work.load();
  writing.write('  ');
  await writing.send();
  assert.deepEqual([last(), writing.wrong], [undefined, 'Write a few words first.']);
});

// -- files -----------------------------------------------------------------------------------

test('files go along once they are uploaded, also with a note and without words', async () => {
  const { work, writing, attach, uploaded, last } = desk();
  await work.load();
  await attach('a.txt');
  await writing.send();
  assert.match(writing.wrong, /still uploading/u);
  uploaded();
  writing.note(true);
  await writing.send();
  assert.deepEqual(last()?.body, { text: '', public: false, files: ['f0'] });
  assert.deepEqual(writing.attached.list, []);
});

test('a file that is added after a lost answer makes it another reply', async () => {
  const { work, writing, refusals, attach, uploaded, last } = desk();
  await work.load();
  writing.write('one');
  refusals.push(new Refused(0, {}));
  await writing.send();
  const key = last()?.headers['Idempotency-Key'];
  await attach('a.txt');
  uploaded();
  await writing.send();
  assert.notEqual(last()?.headers['Idempotency-Key'], key);
});

// -- held ------------------------------------------------------------------------------------

test('a reply that was begun before somebody else wrote is held and says who wrote', async () => {
  const { work, writing, refusals, last } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.write('It cannot be fixed');
  work.hear(reply(2, { from: BO }));
  writing.write('It cannot be fixed, sorry');
  refusals.push(held());
  await writing.send();
  assert.equal(last()?.body?.seen, 1);
  assert.deepEqual(
    [writing.held?.by, writing.held?.how, writing.text],
    ['Bo', 'answered', 'It cannot be fixed, sorry'],
  );
  assert.equal(writing.wrong, '');
});

test('a reply that is refused while its writer begins a note says so there, and the note stays what it is', async () => {
  const { work, writing, refusals } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.write('a reply');
  refusals.push(held());
  const sending = writing.send();
  writing.note(true);
  writing.write('a note');
  await sending;
  assert.deepEqual([writing.held, writing.text], [null, 'a note']);
  assert.equal(writing.wrong, 'Your reply was not sent. It’s under Reply.');
  writing.note(false);
  assert.equal(writing.text, 'a reply');
});

test('the key that sent a reply sends it anyway only after a second', async () => {
  const { work, writing, refusals, last, pass, told } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.write('one');
  refusals.push(held());
  await writing.send();
  const first = last();
  await writing.sendAnyway();
  assert.equal(last(), first);
  pass(1_000);
  await writing.sendAnyway();
  assert.equal(last()?.body?.anyway, true);
  assert.notEqual(last()?.headers['Idempotency-Key'], first?.headers['Idempotency-Key']);
  assert.deepEqual([writing.held, writing.text, told], [null, '', ['sent']]);
});

test('whoever edits a held reply knows the story by then', async () => {
  const { work, writing, refusals, last, change } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.write('one');
  refusals.push(held());
  change({ transcript: [reply(1), { ...reply(2, { from: BO }), type: 'reply' }] });
  await writing.send();
  writing.edit();
  assert.deepEqual([writing.held, writing.text], [null, 'one']);
  await writing.send();
  assert.deepEqual([last()?.body?.seen, last()?.body?.anyway], [2, undefined]);
});

test('a held reply becomes a note, below one that was begun, without its status', async () => {
  const { work, writing, refusals, last } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.note(true);
  writing.write('begun');
  writing.note(false);
  writing.write('one');
  writing.choose('awaiting_reply');
  refusals.push(held());
  await writing.send();
  await writing.asNote();
  assert.deepEqual(last()?.body, { text: 'begun\n\none', public: false });
  assert.deepEqual([writing.held, writing.text, writing.noting], [null, '', false]);
});

test('a held reply can be discarded', async () => {
  const { work, writing, refusals } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.write('one');
  refusals.push(held());
  await writing.send();
  writing.discard();
  assert.deepEqual([writing.held, writing.text, writing.begun], [null, '', false]);
});

test('two tabs with the same draft: what one has sent, the other does not offer again', async () => {
  const { work, writing } = desk({ transcript: [reply(1)] });
  await work.load();
  writing.write('one');
  work.hear(reply(2, { from: { kind: 'staff', id: 'priya', name: 'Priya' }, text: 'one' }));
  assert.equal(writing.text, '');
});

test('a reply whose answer was lost is no draft any more once the desk has told of it', async () => {
  const { work, writing, refusals, during, last } = desk({ transcript: [reply(1)] });
  const own = (/** @type {number} */ seq, /** @type {string} */ text) =>
    reply(seq, { from: { kind: 'staff', id: 'priya', name: 'Priya' }, text });
  await work.load();
  writing.write('one');
  refusals.push(new Refused(0, {}));
  during(() => work.hear(own(2, 'one')));
  await writing.send();
  assert.deepEqual([writing.text, writing.wrong], ['', '']);
  const key = last()?.headers['Idempotency-Key'];
  during(() => {});
  writing.write('one');
  refusals.push(new Refused(0, {}));
  await writing.send();
  assert.notEqual(last()?.headers['Idempotency-Key'], key);
  work.hear(own(3, 'one'));
  assert.deepEqual([writing.text, writing.wrong], ['', '']);
});

test('a reply to a ticket that went to another team says so and is kept', async () => {
  const { work, writing, refusals } = desk();
  await work.load();
  writing.write('one');
  refusals.push(new Refused(404, { detail: 'There is no ticket.' }));
  await writing.send();
  assert.deepEqual([work.lost, writing.text], [true, 'one']);
});
