import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { TicketLetters, addressWords, letterWords, mailWords } = await import(
  '../../../widgets/console/static/ticket-letters.js'
);

/** @import { Address, Letter, Mail } from '../../../widgets/console/static/ticket-letters.js' */

/** @param {Partial<Letter>} [facts] @returns {Letter} */
const letter = (facts) => ({
  id: 1,
  kind: 'reply',
  to: 'ana@northlake.example',
  reply: 4,
  bare: false,
  state: 'accepted',
  created_at: '',
  settled_at: null,
  next_try: null,
  error: null,
  bounced_at: null,
  ...facts,
});
const clock = () => '14:05';
/** @type {Address} */
const address = { email: 'ana@northlake.example', verified: true, health: 'ok', since: null, why: null };

/** @param {Partial<Mail>} [facts] @returns {Mail} */
const mail = (facts) => ({
  id: 9,
  received_at: '',
  from: 'ana@northlake.example',
  subject: 'Re: Printer',
  state: 'done',
  kind: 'reply',
  reason: null,
  matched_by: 'reply_address',
  authentication: { verdict: 'pass', detail: 'dmarc=pass' },
  reply: 5,
  has_quoted: true,
  ...facts,
});

/** Letters whose answers are given one after the other. @param {Array<Letter[]|Error>} answers */
function letters(...answers) {
  /** @type {string[]} */
  const asked = [];
  /** @type {Array<() => void>} */
  const timers = [];
  const it = new TicketLetters({
    number: 7,
    ask: async (method, path) => {
      asked.push(`${method} ${path}`);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return { data: { letters: answer, address, mails: [mail()], text: 'On Monday Maya wrote' }, etag: null };
    },
    later: (then) => {
      timers.push(then);
      return setTimeout(() => {}, 0);
    },
  });
  return { it, asked, timers };
}

test('a delivered letter says to whom, and one to an unconfirmed address what it has', () => {
  assert.equal(letterWords(letter(), clock).text, 'Mailed to ana@northlake.example');
  const bare = letterWords(letter({ bare: true }), clock).text;
  assert.equal(bare, 'Mailed number and link to ana@northlake.example. The address is not confirmed');
});

test('a failed letter says why and can be sent again', () => {
  const { text, why, bad, action } = letterWords(letter({ state: 'failed', error: '550 No such mailbox' }), clock);
  assert.deepEqual(
    [text, why, bad, action],
    ['Not mailed to ana@northlake.example', '550 No such mailbox', true, 'Send again'],
  );
});

test('a letter that was refused for now says when it is tried again', () => {
  const { text, action } = letterWords(letter({ state: 'waiting', error: '451 Later', next_try: 'x' }), clock);
  assert.deepEqual([text, action], ['Not mailed to ana@northlake.example yet. Next try at 14:05', 'Send now']);
});

test('a letter that waits for the hour of an unconfirmed address says when it goes', () => {
  const waits = letter({ bare: true, state: 'waiting', created_at: '1', next_try: '2' });
  const said = 'Number and link go to ana@northlake.example at 14:05. The address is not confirmed: one mail an hour';
  assert.equal(letterWords(waits, clock).text, said);
  assert.equal(letterWords({ ...waits, next_try: '1' }, clock).text, 'On its way to ana@northlake.example');
});

test('letters are read again until none waits', async () => {
  const { it, asked, timers } = letters([letter({ state: 'waiting' })], [letter()]);
  await it.refresh();
  assert.equal(timers.length, 1);
  timers[0]();
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([asked.length, timers.length, it.about(4)?.state], [2, 1, 'accepted']);
});

test('sending again asks the desk, and a refusal is shown', async () => {
  const { it, asked } = letters(new Refused(409, { detail: 'This letter was delivered.' }), [letter()]);
  await it.send(1);
  assert.deepEqual(asked, ['POST /api/tickets/7/letters/1/send', 'GET /api/tickets/7/letters']);
  assert.equal(it.refused.get(1), 'This letter was delivered.');
});

test('letters about no reply are listed only if they need attention', async () => {
  const { it } = letters([
    letter({ id: 1, kind: 'received', reply: null }),
    letter({ id: 2, kind: 'reminder_1', reply: null, state: 'failed', error: 'x' }),
    letter({ id: 3, state: 'failed', error: 'x' }),
  ]);
  await it.refresh();
  assert.deepEqual(
    it.others.map(({ id }) => id),
    [2],
  );
});

test('a letter that came back says so, and why', () => {
  const back = letter({ state: 'failed', error: '550 No such mailbox', bounced_at: '1' });
  const { text, why, action } = letterWords(back, clock);
  assert.deepEqual(
    [text, why, action],
    ['Mail to ana@northlake.example came back', '550 No such mailbox', 'Send again'],
  );
});

test('the address says whether mail arrives, and can be tried again once it came back', () => {
  assert.deepEqual(addressWords(address, clock), { text: 'Arrives', why: '', bad: false, action: '' });
  const open = addressWords({ ...address, verified: false }, clock);
  assert.deepEqual([open.text, open.bad], ['Not confirmed: number and link only', false]);
  const back = addressWords({ ...address, health: 'bounced', since: 'x', why: '550 No' }, clock);
  assert.deepEqual(back, {
    text: 'Came back (14:05): no reminders, no auto-solving',
    why: '550 No',
    bad: true,
    action: 'Try again',
  });
  const late = addressWords({ ...address, health: 'soft', since: 'x' }, clock);
  assert.deepEqual([late.text, late.bad, late.action], ['Delayed (14:05)', true, '']);
});

test('trying the address again asks the desk, and a refusal is shown', async () => {
  const { it, asked } = letters(new Refused(409, { detail: 'Nothing came back.' }), [letter()]);
  await it.tryAgain();
  assert.deepEqual(asked, ['POST /api/tickets/7/address/try-again', 'GET /api/tickets/7/letters']);
  assert.deepEqual([it.addressRefused, it.address], ['Nothing came back.', address]);
});

test('a mail says how it came to be here, and what speaks against its sender', () => {
  const from = 'By mail from ana@northlake.example, ';
  assert.equal(mailWords(mail()).text, `${from}found by the reply address, sender proven`);
  assert.equal(mailWords(mail()).why, '');
  const opened = mailWords(mail({ kind: 'new', matched_by: null, authentication: null }));
  assert.equal(opened.text, `${from}opened this ticket, sender not checked`);
  const forged = mailWords(mail({ authentication: { verdict: 'fail', detail: 'dmarc=fail' } }));
  assert.deepEqual([forged.text.endsWith('sender not proven'), forged.why, forged.bad], [true, 'dmarc=fail', true]);
});

test('what was cut off a mail is read when it is wanted, and hidden again', async () => {
  const { it, asked } = letters([letter()]);
  await it.refresh();
  assert.deepEqual([it.behind(5)?.id, it.behind(4)], [9, undefined]);
  await it.toggleQuoted(9);
  assert.equal(it.quoted.get(9), 'On Monday Maya wrote');
  await it.toggleQuoted(9);
  assert.deepEqual([it.quoted.size, asked.length], [0, 2]);
  assert.equal(asked[1], 'GET /api/tickets/7/mails/9/quoted');
});

test('a letter without a next try needs no time of day', () => {
  const clock = (/** @type {string} */ moment) => new Intl.DateTimeFormat('en').format(new Date(moment));
  assert.equal(
    letterWords(letter({ state: 'accepted', next_try: null }), clock).text,
    'Mailed to ana@northlake.example',
  );
});
