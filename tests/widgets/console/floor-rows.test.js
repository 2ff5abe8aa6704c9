import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { alarmIn, floorAfter, heldOf, keptOrder, overdueBy, slotsWords, targetsOf, totals, worstFirst, worstWait } =
  await import('../../../widgets/console/static/floor-rows.js');

const NOW = Date.UTC(2026, 10, 25, 12);
const at = (/** @type {number} */ seconds) => new Date(NOW + seconds * 1000).toISOString();
const TARGETS = targetsOf([{ team: 'media', first_reply_s: 60, next_reply_s: 120 }]);

/** @param {string} state @param {number} seconds ago */
const chat = (state, seconds, more = {}) =>
  /** @type {import('../../../widgets/console/static/floor-rows.js').HeldChat} */ ({
    chat: state,
    team: 'media',
    customer: 'Zoe',
    state,
    since: at(-seconds),
    ...more,
  });
/** @param {string} staff @param {ReturnType<typeof chat>[]} [chats] */
const agent = (staff, chats = [], more = {}) => ({
  staff,
  name: staff,
  role: /** @type {const} */ ('agent'),
  teams: ['media'],
  status: 'available',
  reason: null,
  since: at(-600),
  by: 'self',
  connected: true,
  gone_since: null,
  capacity: 4,
  free: 4 - chats.length,
  taken: chats.length,
  wrapping_up: 0,
  paused: [],
  chats,
  handled: 0,
  rating: null,
  ...more,
});
/** @param {string} team */
const team = (team, more = {}) => ({
  team,
  name: team,
  open: true,
  opens_at: null,
  closes_at: null,
  waiting: 0,
  longest_wait_s: 0,
  target_s: 120,
  within_target: null,
  waits: [],
  answered: 0,
  abandoned: 0,
  missed: 0,
  available: 0,
  away: 0,
  seats: 0,
  seats_taken: 0,
  agent_grace_s: 60,
  ...more,
});
const frame = (/** @type {object} */ more) =>
  /** @type {import('../../../widgets/shared/static/client/types.js').Frame} */ ({
    type: 'floor',
    version: 1,
    after: 0,
    as_of: at(0),
    teams: [],
    agents: [],
    gone: [],
    ...more,
  });

test('a whole floor replaces everything, and a change only its rows', () => {
  const whole = floorAfter(null, frame({ teams: [team('media'), team('tech')], agents: [agent('pri'), agent('max')] }));
  const next = floorAfter(
    whole,
    frame({ version: 2, after: 1, teams: [team('tech', { waiting: 3 })], agents: [agent('sam')], gone: ['max'] }),
  );
  assert.deepEqual(
    next?.teams.map((row) => [row.team, row.waiting]),
    [
      ['media', 0],
      ['tech', 3],
    ],
  );
  assert.deepEqual([...(next?.agents.keys() ?? [])], ['pri', 'sam']);
  const other = floorAfter(next, frame({ version: 9, teams: [team('prod')] }));
  assert.deepEqual([other?.version, other?.teams.length, other?.agents.size], [9, 1, 0]);
});

test('a change of another version than the one at hand is not applied', () => {
  const whole = floorAfter(null, frame({}));
  assert.equal(floorAfter(whole, frame({ version: 3, after: 2 })), null);
  assert.equal(floorAfter(null, frame({ version: 2, after: 1 })), null);
});

test('a reply is overdue by the target of its team', () => {
  assert.equal(overdueBy(chat('owed', 70), TARGETS, NOW), 10_000);
  assert.equal(overdueBy(chat('waiting_for_agent', 70), TARGETS, NOW), -50_000);
  assert.equal(overdueBy(chat('waiting_for_customer', 700), TARGETS, NOW), null);
  assert.equal(overdueBy(chat('owed', 181, { team: null }), TARGETS, NOW), 1_000);
});

test('the worst wait is an overdue first response, then an overdue reply, then the longest', () => {
  const waits = [chat('waiting_for_agent', 10), chat('owed', 30)];
  assert.deepEqual(worstWait(agent('a', waits), TARGETS, NOW), { kind: 'waits', ms: 30_000 });
  const late = [...waits, chat('waiting_for_agent', 150)];
  assert.deepEqual(worstWait(agent('a', late), TARGETS, NOW), { kind: 'next', ms: 30_000 });
  assert.deepEqual(worstWait(agent('a', [...late, chat('owed', 61)]), TARGETS, NOW), { kind: 'next', ms: 30_000 });
  assert.deepEqual(worstWait(agent('a', [...late, chat('owed', 121)]), TARGETS, NOW), { kind: 'first', ms: 61_000 });
  assert.equal(worstWait(agent('a', [chat('waiting_for_customer', 900)]), TARGETS, NOW), null);
});

test('a chat that got another agent has waited since the message that nobody answered', () => {
  const moved = chat('owed', 1, { unanswered_since: at(-300) });
  assert.deepEqual(worstWait(agent('a', [moved]), TARGETS, NOW), { kind: 'waits', ms: 300_000 });
  assert.equal(overdueBy(moved, TARGETS, NOW), -59_000, 'the new agent has the whole time');
});

test('supervisors get an alarm about a late first response after twice its time', () => {
  const left = [59, 60, 119, 120].map((seconds) => alarmIn(chat('owed', seconds), TARGETS, NOW));
  assert.deepEqual(left, [null, 60_000, 1_000, null]);
  assert.equal(alarmIn(chat('waiting_for_agent', 130), TARGETS, NOW), null);
});

test('where nobody is available, the chats that agents still hold are counted', () => {
  const held = [
    chat('owed', 1),
    chat('waiting_for_customer', 1),
    chat('offered', 1),
    chat('owed', 1, { team: 'tech' }),
  ];
  assert.equal(heldOf([agent('a', held)], 'media'), 2);
  const words = (/** @type {object} */ row, count = 8) => slotsWords({ taken: 0, seats: 0, away: 0, ...row }, count);
  assert.deepEqual(
    [words({}), words({}, 1), words({ away: 1 }), words({}, 0), words({ taken: 2, seats: 4 })],
    ['8 chats, nobody connected', '1 chat, nobody connected', '8 chats, nobody available', 'no slots', '2 of 4'],
  );
  assert.deepEqual(
    [words({ available: 1 }), words({ available: 1, away: 1 }, 1)],
    ['8 chats, no slots', '1 chat, no slots'],
  );
});

test('agents who need a supervisor come first', () => {
  const idle = chat('waiting_for_customer', 5);
  const agents = [
    agent('free'),
    agent('out', [], { status: 'away' }),
    agent('away', [idle], { status: 'away' }),
    agent('gone', [idle], { connected: false }),
    agent('busy', [chat('waiting_for_agent', 5)]),
    agent('late', [chat('owed', 90)]),
  ];
  assert.deepEqual(worstFirst(agents, TARGETS, NOW), ['late', 'gone', 'away', 'busy', 'free', 'out']);
});

test('rows that are held keep their places', () => {
  assert.deepEqual(keptOrder(['a', 'b', 'c'], ['c', 'new', 'a']), ['a', 'c', 'new']);
});

test('an agent of two teams counts once in the totals', () => {
  const floor = floorAfter(
    null,
    frame({
      teams: [
        team('media', { waiting: 2, longest_wait_s: 70, answered: 5 }),
        team('tech', { longest_wait_s: 9, answered: 1 }),
      ],
      agents: [
        agent('pri', [chat('owed', 1)], { teams: ['media', 'tech'] }),
        agent('max', [], { status: 'away' }),
        agent('gone', [chat('owed', 1)], { connected: false }),
      ],
    }),
  );
  assert.ok(floor);
  assert.deepEqual(totals(floor), {
    waiting: 2,
    longest: 70,
    answered: 6,
    abandoned: 0,
    available: 1,
    away: 1,
    seats: 4,
    taken: 1,
    held: 2,
  });
});
