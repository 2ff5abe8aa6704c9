import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { groups, insteadOf, matching } = await import('../../../widgets/console/static/targets.js');

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
    serves: () => false,
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
  assert.equal(targets[1].facts, '2 available, 2 in the queue, closes in 16 min');
  assert.match(targets[2].facts, /^Opens /u);
});

test('a team where nobody is says so, and how long its queue waits; oneself does not count', () => {
  const [{ targets }] = desk({ teams: [team('prod', { staffed: false, closes_at: null })], staff: [] });
  assert.deepEqual([targets[0].facts, targets[0].sign, targets[0].tone], ['queue empty', 'nobody available', 'danger']);
  const alone = {
    teams: [team('media', { closes_at: null })],
    queues: [{ team: 'media', waiting: 2, longest_wait_s: 1_080, available: 1, free_seats: 3 }],
  };
  const [mine] = desk({ ...alone, serves: () => true })[0].targets;
  assert.deepEqual([mine.facts, mine.sign], ['2 in the queue, waits 18 min', 'nobody available']);
  assert.equal(desk(alone)[0].targets[0].facts, '1 available, 2 in the queue');
});

test('a team is told empty by its people, as soon as the last of them has gone or pauses it', () => {
  const teams = [team('prod', { staffed: true, closes_at: null })];
  const gone = [
    colleague('Me', ['prod']),
    colleague('Tom', ['prod'], { status: 'away' }),
    colleague('Wei', ['prod'], { connected: false }),
    colleague('Hannah', ['media', 'prod'], { paused: ['prod'] }),
    colleague('Jo', ['media']),
  ];
  const [{ targets: none }] = desk({ teams, staff: gone });
  assert.deepEqual([none[0].facts, none[0].sign], ['queue empty', 'nobody available']);
  const [{ targets: some }] = desk({ teams, staff: [...gone, colleague('Lu', ['prod'], { free: 0 })] });
  assert.deepEqual([some[0].facts, some[0].sign], ['1 available, all full, queue empty', 'long wait']);
  const [{ targets: unknown }] = desk({ teams, staff: [] });
  assert.deepEqual([unknown[0].facts, unknown[0].sign], ['queue empty', 'open']);
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

test('a team whose other agents are all full says so, also with an empty queue', () => {
  const queues = [{ team: 'media', waiting: 0, longest_wait_s: 0, available: 2, free_seats: 4 }];
  const staff = [colleague('Hannah', ['media'], { held: 8, free: 0 })];
  const media = (/** @type {object} */ more) => desk({ queues, serves: () => true, ...more })[0].targets[0];
  const { facts, sign } = media({ staff });
  assert.deepEqual([facts, sign], ['1 available, all full, queue empty, closes in 16 min', 'long wait']);
  assert.equal(media({ staff: [colleague('Wei', ['media'])] }).sign, 'open');
});

test('colleagues of teams that one is not on stand under those', () => {
  const [, { title, targets }] = desk({ staff: [colleague('Tom', ['finance'])] });
  assert.deepEqual([title, signs(targets)], ['Finance', ['Tom 4 slots free']]);
});

/** @param {string} query @param {object} [more] */
const found = (query, more) => matching(desk(more), query).flatMap(({ targets }) => targets);

test('a search goes over all that is shown, the best match first and without headings', () => {
  const names = (/** @type {string} */ query) => found(query).map(({ name }) => name);
  assert.deepEqual(names('prod'), ['Prod', 'Tom', 'Hannah']);
  assert.deepEqual(names('media free'), ['Wei']);
  assert.deepEqual(names('nobody of that name'), []);
  assert.deepEqual(
    matching(desk(), 'media').map(({ title }) => title),
    [''],
  );
  const staff = [colleague('Ines Media', ['finance']), colleague('Médiane', ['prod']), colleague('Ana', ['media'])];
  assert.deepEqual(
    found('media', { staff }).map(({ name }) => name),
    ['Media', 'Médiane', 'Ines Media', 'Ana'],
  );
});

test('for a colleague who cannot take it their team gets it, the chat’s own before others, open ones before closed', () => {
  const instead = (/** @type {string[]} */ teams, more = {}) => {
    const staff = [colleague('Mateo', teams, { status: 'away', ...more })];
    const one = insteadOf(matching(desk({ staff }), 'mateo'), desk({ staff }), 'media');
    return one && [one.target.name, one.why];
  };
  assert.deepEqual(instead(['prod', 'media']), ['Media', 'Mateo isn’t available (away).']);
  assert.deepEqual(instead(['finance', 'prod'])?.[0], 'Prod');
  assert.deepEqual(instead(['finance'])?.[0], 'Finance');
  assert.equal(instead(['prod'], { status: 'available' }), null);
  assert.equal(instead([]), null);
  assert.equal(insteadOf([], desk(), 'media'), null);
});

test('a colleague who speaks the language of the customer is told apart', () => {
  const staff = [colleague('Tom', ['media'], { languages: ['fr'] }), colleague('Wei', ['media'])];
  const factsOf = (/** @type {string|null} */ locale) => desk({ staff, locale })[1].targets.map(({ facts }) => facts);
  assert.deepEqual(factsOf('fr-CA'), ['Media, speaks French, 4 of 8 chats', 'Media, 4 of 8 chats']);
  assert.deepEqual(factsOf('en-US'), ['Media, 4 of 8 chats', 'Media, 4 of 8 chats']);
});
