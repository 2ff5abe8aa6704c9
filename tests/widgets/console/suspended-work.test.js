import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { SuspendedWork } = await import('../../../widgets/console/static/suspended-work.js');
const { reasonWords } = await import('../../../widgets/console/static/mail-reasons.js');

/** @import { Suspended } from '../../../widgets/console/static/suspended-work.js' */

/** @param {number} id @returns {Suspended} */
const held = (id) => ({
  mail: {
    id,
    received_at: '',
    from: 'eve@elsewhere.example',
    subject: null,
    state: 'suspended',
    kind: 'reply',
    reason: 'stranger',
    matched_by: null,
    authentication: null,
    reply: null,
    has_quoted: false,
  },
  team: 'media',
  ticket: 7,
});

/** Mails whose answers are given one after the other. @param {Array<object|Error>} answers */
function mails(...answers) {
  /** @type {string[]} */
  const asked = [];
  const it = new SuspendedWork({
    ask: async (method, path, { body } = {}) => {
      asked.push([method, path, ...(body ? [JSON.stringify(body)] : [])].join(' '));
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return { data: answer, etag: null };
    },
  });
  return { it, asked, ids: () => it.list?.map(({ mail }) => mail.id) };
}

test('mails are read a page at a time', async () => {
  const { it, asked, ids } = mails({ mails: [held(3)], next: 3 }, { mails: [held(5)], next: null });
  await it.load();
  assert.deepEqual([ids(), it.next], [[3], 3]);
  await it.load();
  assert.deepEqual([ids(), it.next], [[3, 5], null]);
  assert.deepEqual(asked, ['GET /api/mail/suspended', 'GET /api/mail/suspended?after=3']);
});

test('a mail is read once, when it is opened', async () => {
  const { it, asked } = mails({ text: 'Hello', files: [] });
  await it.open(3);
  await it.open(3);
  assert.deepEqual([it.contents.get(3)?.text, asked], ['Hello', ['GET /api/mail/suspended/3']]);
});

test('a mail that was decided leaves the list, and what became of it is said', async () => {
  const { it, asked, ids } = mails({ mails: [held(3), held(5)], next: null }, { ticket: 7 }, { ticket: null });
  await it.load();
  await it.decide(3, 'trust');
  assert.deepEqual([ids(), it.said], [[5], 'Added to ticket #7.']);
  await it.decide(5, 'delete');
  assert.deepEqual([ids(), it.said, it.busy.size], [[], 'Deleted.', 0]);
  assert.equal(asked[1], 'POST /api/mail/suspended/3 {"do":"trust"}');
});

test('a refused decision leaves the mail there, with what the desk says', async () => {
  const refusal = new Refused(409, { detail: 'This email can’t become part of a ticket.' });
  const { it, ids } = mails({ mails: [held(3)], next: null }, refusal);
  await it.load();
  await it.decide(3, 'accept');
  assert.deepEqual([ids(), it.faults.get(3)], [[3], 'This email can’t become part of a ticket.']);
});

test('each reason has words, and an unknown one too', () => {
  assert.equal(reasonWords('stranger'), 'Its sender doesn’t take part in the ticket.');
  assert.equal(reasonWords('of a later version'), 'It needs a decision.');
});
