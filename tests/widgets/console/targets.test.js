import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { groups, matching } = await import('../../../widgets/console/static/targets.js');

const NOW = Date.UTC(2026, 10, 24, 21, 44);
const NAMES = new Map(Object.entries({ media: 'Media', prod: 'Prod', finance: 'Finance' }));
/** @param {string} team */
const team = (team, more = {}) => ({
  team,
  name: NAMES.get(team) ?? team,
  products: [],
  open: true,
  opens_at: null,
  closes_at: new Date(NOW + 16 * 60_000).toISOString(),
  waiting: 0,
  wait_s: null,
  ...more,
});
/** @param {string} name @param {string[]} teams */
const colleague = (name, teams, more = {}) => ({
  staff: name.toLowerCase(),
  name,
  teams,
  status: 'available',
  reason: null,
  since: '',
  connected: true,
  held: 4,
  capacity: 8,
  free: 4,
  paused: [],
  ...more,
});

/** @param {object} [more] */
const desk = (more) =>
  groups({
    teams: [
      team('finance', { open: false, closes_at: null, opens_at: new Date(NOW + 16 * 3_600_000).toISOString() }),
      team('media'),
      team('prod', { waiting: 2 }),
    ],
    queues: [{ team: 'media', waiting: 3, longest_wait_s: 9, available: 2, free_seats: 0 }],
    staff: [
      colleague('Me', ['media']),
      colleague('Tom', ['prod']),
      colleague('Hannah', ['media', 'prod'], { held: 8, free: 0 }),
      colleague('Wei', ['media']),
    ],
    me: 'me',
    team: 'media',
    now: NOW,
    teamName: (key) => NAMES.get(key) ?? key,
    ...more,
  });

/** @param {Array<{name: string, sign: string, no: boolean}>} targets */
const signs = (targets) => targets.map(({ name, sign, no }) => `${name} ${sign}${no ? ' no' : ''}`);

test('teams say who is there, who waits and when they close; closed ones come last, and can be chosen for a ticket', () => {
  const [{ title, targets }] = desk();
  assert.equal(title, 'Teams');
  assert.deepEqual(signs(targets), ['Media long wait', 'Prod open', 'Finance closed']);
  assert.deepEqual([targets[0].id, targets[1].closed, targets[2].closed], ['media', false, true]);
  assert.equal(targets[0].facts, '2 available, 3 in the queue, closes in 16 min');
  assert.equal(targets[1].facts, '2 in the queue, closes in 16 min');
  assert.match(targets[2].facts, /^Opens /u);
});

test('a team that nobody serves has a long wait', () => {
  const [{ targets }] = desk({ teams: [team('prod', { staffed: false, closes_at: null })] });
  assert.deepEqual([targets[0].facts, targets[0].sign], ['Nobody available, queue empty', 'long wait']);
});

test('people stand under one team each, the chat’s own first, those with room on top; oneself not at all', () => {
  const found = desk()
    .slice(1)
    .map(({ title, targets }) => [title, signs(targets)]);
  assert.deepEqual(found, [
    ['Media', ['Wei 4 slots free', 'Hannah full no']],
    ['Prod', ['Tom 4 slots free']],
  ]);
});

test('who is away, offline or not connected is shown so, and cannot be chosen', () => {
  const staff = [
    colleague('A', ['media'], { status: 'away' }),
    colleague('B', ['media'], { status: 'offline', connected: false }),
    colleague('C', ['media'], { connected: false }),
  ];
  const [, { targets }] = desk({ staff });
  assert.deepEqual(signs(targets), ['A away no', 'B offline no', 'C offline no']);
  assert.equal(targets.map(({ dot }) => dot).join(), 'warn,hollow,hollow');
});

test('whether there is room goes by the seats: a chat that rests takes none, one that is wrapped up does', () => {
  const staff = [
    colleague('A', ['media'], { held: 1, capacity: 1, free: 1 }),
    colleague('B', ['media'], { held: 0, capacity: 1, free: 0 }),
  ];
  const [, { targets }] = desk({ staff });
  assert.deepEqual(signs(targets), ['A 1 slot free', 'B full no']);
  assert.deepEqual([targets[0].facts, targets[1].facts], ['Media, 1 of 1 chats', 'Media, 0 of 1 chats']);
});

test('who takes none of the chat’s team just now, or of any of theirs where they are not on it, cannot be chosen', () => {
  const staff = [
    colleague('A', ['media', 'prod'], { paused: ['media'] }),
    colleague('B', ['media', 'prod'], { paused: ['prod'] }),
    colleague('C', ['finance', 'prod'], { paused: ['finance'] }),
    colleague('D', ['prod'], { paused: ['prod'] }),
  ];
  const found = desk({ staff })
    .slice(1)
    .flatMap(({ targets }) => signs(targets));
  assert.deepEqual(found.sort(), ['A paused no', 'B 4 slots free', 'C 4 slots free', 'D paused no']);
});

test('colleagues of teams that one is not on stand under those', () => {
  const [, { title, targets }] = desk({ staff: [colleague('Tom', ['finance'])] });
  assert.deepEqual([title, signs(targets)], ['Finance', ['Tom 4 slots free']]);
});

test('a search goes over all that is shown of them', () => {
  const names = (/** @type {string} */ query) =>
    matching(desk(), query).flatMap(({ targets }) => targets.map(({ name }) => name));
  assert.deepEqual(names('prod'), ['Prod', 'Hannah', 'Tom']);
  assert.deepEqual(names('media free'), ['Wei']);
  assert.deepEqual(names('nobody of that name'), []);
});
