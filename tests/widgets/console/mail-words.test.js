import assert from 'node:assert/strict';
import test from 'node:test';
import { letter, mail } from '../support/mail-of-tickets.js';
import '../support/served.js';

const { letterWords, mailWords } = await import('../../../widgets/console/static/mail-words.js');

const clock = () => '14:05';

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

test('a letter that is sent as one with others says so', () => {
  const one = letter({ bare: true, state: 'waiting', next_try: null, covered_by: 3 });
  const place = 'ana@northlake.example, in one mail with others';
  assert.equal(letterWords(one, clock).text, `Number and link are on their way to ${place}`);
  const sent = letterWords({ ...one, state: 'accepted' }, clock).text;
  assert.equal(sent, `Mailed number and link to ${place}. The address is not confirmed`);
});

test('a letter that came back says so, and why', () => {
  const back = letter({ state: 'failed', error: '550 No such mailbox', bounced_at: '1' });
  const { text, why, action } = letterWords(back, clock);
  assert.deepEqual(
    [text, why, action],
    ['Mail to ana@northlake.example came back', '550 No such mailbox', 'Send again'],
  );
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

test('a letter without a next try needs no time of day', () => {
  const clock = (/** @type {string} */ moment) => new Intl.DateTimeFormat('en').format(new Date(moment));
  assert.equal(
    letterWords(letter({ state: 'accepted', next_try: null }), clock).text,
    'Mailed to ana@northlake.example',
  );
});
