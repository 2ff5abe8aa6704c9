import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { askWords, modeWords, promiseWords, standingWords } = await import(
  '../../../widgets/customer/static/ticket-words.js'
);

const OPEN = {
  status: 'open',
  closed: false,
  confirmed: false,
  team: 'Media',
  opens: '',
  agent: '',
  workaround: null,
  address: true,
};

test('each status says what happens next', () => {
  const all = ['open', 'awaiting_reply', 'fixed_pending_rca', 'solved'].map((status) =>
    standingWords({ ...OPEN, status }).join(' '),
  );
  assert.equal(all[0], 'Media is working on it. The answer appears here, in this window.');
  assert.match(all[1], /^We need information or a confirmation from you/u);
  assert.match(all[2], /still looking for the cause/u);
  assert.equal(all[3], '');
});

test('a closed team, a missing address, a workaround and a confirmation are said', () => {
  assert.match(
    standingWords({ ...OPEN, opens: 'Media opens Monday' })[0],
    /^Media opens Monday and will look into it/u,
  );
  assert.match(standingWords({ ...OPEN, address: false })[1], /only here, in this browser/u);
  assert.equal(
    standingWords({ ...OPEN, status: 'fixed_pending_rca', workaround: 'Open it twice' })[0],
    'Open it twice',
  );
  assert.deepEqual(standingWords({ ...OPEN, confirmed: true, agent: 'Priya' }), ['Thanks. Priya closes it now.']);
  assert.deepEqual(standingWords({ ...OPEN, status: 'solved', closed: true }), ['This one is closed for good.']);
});

test('the promise says the dates that are still to come, and how long the ticket can be reopened', (t) => {
  // Seen from another year, the words have a year more.
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-25T15:12:00.000Z') });
  const all = {
    reminder_1: '2026-12-01T15:12:00.000Z',
    reminder_2: '2026-12-03T15:12:00.000Z',
    auto_solve: '2026-12-07T15:12:00.000Z',
    reopen_until: '2027-01-05T04:59:59.999Z',
  };
  const said = (/** @type {Partial<typeof all>|Record<string, null>} */ changed) =>
    promiseWords({ ...all, ...changed }, 'America/New_York').replaceAll('\u00a0', ' ');
  const until = 'You could still reopen it until Mon, Jan 4 ET.';
  assert.equal(
    said({}),
    `We’ll remind you on Tue, Dec 1 and Thu, Dec 3, and solve it on Mon, Dec 7 if we hear nothing. ${until}`,
  );
  assert.equal(
    said({ reminder_1: null }),
    `We’ll remind you on Thu, Dec 3, and solve it on Mon, Dec 7 if we hear nothing. ${until}`,
  );
  assert.equal(
    said({ reminder_1: null, reminder_2: null }),
    `We’ll solve it on Mon, Dec 7 if we hear nothing. ${until}`,
  );
});

test('somebody whom mail cannot reach is told that nothing happens until they write', () => {
  const none = { reminder_1: null, reminder_2: null, auto_solve: null, reopen_until: null };
  assert.match(promiseWords(none, 'America/New_York'), /^Our mail can’t reach you, .* Write below\.$/u);
  assert.equal(promiseWords(undefined, 'America/New_York'), '');
});

test('the box asks for what the next text is', () => {
  const how = { mode: /** @type {const} */ ('reply'), status: 'open', asks: false, name: 'Priya' };
  assert.equal(askWords(how), 'Answer Priya');
  assert.equal(askWords({ ...how, asks: true }), 'Or answer Priya');
  assert.equal(askWords({ ...how, name: '' }), 'Add to your message');
  assert.equal(askWords({ ...how, status: 'solved' }), 'Write to reopen it');
  assert.equal(askWords({ ...how, mode: 'not_fixed' }), 'What still happens?');
  assert.equal(modeWords('not_fixed', 'Priya', 'awaiting_reply')?.text, 'Priya is told, and the ticket is open again.');
  assert.equal(modeWords('not_fixed', 'Priya', 'open')?.text, 'Priya is told.');
  assert.equal(modeWords('reply', 'Priya', 'open'), null);
});
