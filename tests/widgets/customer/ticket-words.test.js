import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { askWords, modeWords, standingWords } = await import('../../../widgets/customer/static/ticket-words.js');

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

test('each status says what happens next, and promises neither mail nor a date', () => {
  const all = ['open', 'awaiting_reply', 'fixed_pending_rca', 'solved'].map((status) =>
    standingWords({ ...OPEN, status }).join(' '),
  );
  assert.equal(all[0], 'Media is working on it. The answer appears here, in this window.');
  assert.match(all[1], /^We need information or a confirmation from you/u);
  assert.match(all[2], /still looking for the cause/u);
  assert.equal(all[3], '');
  for (const said of all) assert.doesNotMatch(said, /mail|remind/iu);
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

test('the box asks for what the next text is', () => {
  const how = { mode: /** @type {const} */ ('reply'), status: 'open', asks: false, name: 'Priya' };
  assert.equal(askWords(how), 'Answer Priya');
  assert.equal(askWords({ ...how, asks: true }), 'Or answer Priya');
  assert.equal(askWords({ ...how, name: '' }), 'Add to your message');
  assert.equal(askWords({ ...how, status: 'solved' }), 'Write to reopen it');
  assert.equal(askWords({ ...how, mode: 'not_fixed' }), 'What still happens?');
  assert.equal(modeWords('not_fixed', 'Priya')?.text, 'Priya is told, and the ticket is open again.');
  assert.equal(modeWords('reply', 'Priya'), null);
});
