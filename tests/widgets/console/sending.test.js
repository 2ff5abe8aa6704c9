import assert from 'node:assert/strict';
import test from 'node:test';
import { Drafts } from '../../../widgets/shared/static/drafts.js';
import { MemoryStorage } from '../client/support/memory_storage.js';
import '../support/served.js';

const { Sending, whyNot } = await import('../../../widgets/console/static/sending.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

test('the same draft goes under the same key, after a reload too, until it is known what became of it', () => {
  const storage = new MemoryStorage();
  const sending = new Sending(new Drafts('ticket.me', storage));
  const key = sending.key('7');
  assert.equal(new Sending(new Drafts('ticket.me', storage)).key('7'), key);
  assert.notEqual(sending.key('7.note'), key);
  sending.settled('7', key);
  assert.notEqual(sending.key('7'), key);
});

test('another text goes under another key, and what is heard of the one before changes nothing for it', () => {
  const sending = new Sending(new Drafts('ticket.me', null));
  const first = sending.key('7');
  sending.settled('7');
  const second = sending.key('7');
  sending.settled('7', first);
  assert.deepEqual([first === second, sending.key('7')], [false, second]);
});

test('where it may be stored all the same, it is said what to press again does', () => {
  const said = [0, 422, 503].map((status) => whyNot(new Refused(status, { detail: 'It was not taken.' })));
  assert.deepEqual(said, [
    'It was not taken. It may have been saved anyway. You can try again: it won’t be sent twice.',
    'It was not taken.',
    'It was not taken. It may have been saved anyway. You can try again: it won’t be sent twice.',
  ]);
});
