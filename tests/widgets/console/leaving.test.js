import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { doneWords, heldTitle, heldWords, likely, waysOut } = await import('../../../widgets/console/static/leaving.js');

/** @param {string} name @param {'owed'|'yours'|'theirs'} [group] @param {number} [since] @param {string} [team] */
const row = (name, group = 'owed', since = 100, team = 'media') =>
  /** @type {import('../../../widgets/console/static/chats.js').Row} */ (
    /** @type {unknown} */ ({ chat: name, group, since, about: { team, customer: { name } } })
  );

const COLLEAGUE = {
  staff: 'camille',
  name: 'Camille Fournier',
  teams: ['media', 'prod'],
  status: 'available',
  reason: null,
  since: '',
  connected: true,
  held: 3,
  capacity: 8,
  free: 5,
  paused: [],
};

/** @param {object} [more] */
const ways = (more = {}) =>
  waysOut({
    rows: [row('Marie-Ève')],
    queues: [{ team: 'media', waiting: 0, longest_wait_s: 0, available: 3 }],
    staff: [COLLEAGUE],
    me: 'me',
    serves: () => true,
    teamName: (team) => team.toUpperCase(),
    ...more,
  });

/** @param {object} [more] */
const names = (more) => ways(more).map(({ name, tag }) => [name, tag].filter(Boolean).join(' | '));

const waited = (/** @type {number} */ since) => `${since} s`;

test('one chat is named with its wait, several with the longest one', () => {
  assert.equal(heldTitle([row('Marie-Ève')]), 'You hold 1 chat');
  assert.deepEqual(heldWords([row('Marie-Ève')], 'offline', waited), {
    name: 'Marie-Ève',
    words: ' has waited 100 s for a first response. What happens to the chat before you go offline?',
  });
  assert.match(heldWords([row('A', 'yours')], 'sign-out', waited).words, /for a reply\. .* sign out\?$/u);
  assert.match(heldWords([row('A', 'theirs')], 'offline', waited).words, /^ has your last reply\./u);
  const three = [row('A', 'yours', 40), row('B', 'owed', 20), row('C', 'theirs', 1)];
  assert.equal(heldTitle(three), 'You hold 3 chats');
  assert.match(heldWords(three, 'offline', waited).words, /^2 customers are waiting for you, the longest for 20 s\./u);
  const calm = [row('A', 'theirs'), row('B', 'theirs')];
  assert.match(heldWords(calm, 'offline', waited).words, /^Nobody is waiting for you\./u);
});

test('the ways out are the queue without oneself, colleagues who have room, and staying', () => {
  assert.deepEqual(names(), [
    'Back to the queue | 2 available',
    'To Camille Fournier | 3 of 8',
    'Stay away until it’s done',
  ]);
  assert.equal(ways({ serves: () => false })[0].tag, '3 available');
});

test('nobody gets the chats who is not there, has no room for all, has paused a team or is not of it', () => {
  for (const one of [
    { connected: false },
    { status: 'away' },
    { free: 0 },
    { paused: ['media'] },
    { teams: ['prod'] },
    { staff: 'me' },
  ])
    assert.equal(ways({ staff: [{ ...COLLEAGUE, ...one }] }).length, 2);
  const two = [row('A'), row('B', 'owed', 1, 'prod')];
  assert.equal(ways({ rows: two, staff: [{ ...COLLEAGUE, free: 1 }] }).length, 2);
  assert.equal(ways({ rows: two })[1].name, 'To Camille Fournier');
});

test('colleagues without a free slot do not make the queue likely', () => {
  const [queue, stay] = ways({ staff: [{ ...COLLEAGUE, free: 0 }] });
  assert.deepEqual([queue.tag, queue.tone], ['2 available, all full', 'warn']);
  assert.equal(likely([queue, stay]), 'stay');
});

test('colleagues who speak the language of a held chat come first, and it says so', () => {
  const french = row('Marie-Ève');
  if (french.about) french.about.locale = 'fr-CA';
  const hannah = { ...COLLEAGUE, staff: 'hannah', name: 'Hannah Bergström', free: 1, languages: ['fr', 'sv'] };
  const [, first, second] = ways({ rows: [french], staff: [COLLEAGUE, hannah] });
  assert.deepEqual(
    [first.name, first.facts, second.facts],
    ['To Hannah Bergström', 'MEDIA, PROD, speaks French', 'MEDIA, PROD'],
  );
  assert.equal(ways({ staff: [hannah] })[1].facts, 'MEDIA, PROD');
});

test('with somebody there the queue is likely, else staying', () => {
  assert.equal(likely(ways()), 'queue');
  const alone = ways({ queues: [{ team: 'media', waiting: 0, longest_wait_s: 0, available: 1 }] });
  assert.deepEqual([alone[0].tag, alone[0].tone, likely(alone)], ['nobody available', 'warn', 'stay']);
  const elsewhere = [row('A'), row('B', 'owed', 1, 'finance')];
  assert.equal(ways({ rows: elsewhere })[0].tone, 'warn');
});

test('the button says what will happen', () => {
  const [queue, colleague, stay] = ways();
  assert.equal(doneWords(queue, 'offline'), 'Hand over, go offline');
  assert.equal(doneWords(colleague, 'sign-out'), 'Hand over, sign out');
  assert.equal(doneWords(stay, 'sign-out'), 'Stay away until done');
});
