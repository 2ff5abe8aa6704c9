import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Palette, parsed } = await import('../../../widgets/console/static/palette.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const ANA = { id: 'v1', name: 'Ana Sousa', email: 'ana@northlake.example' };
const TICKETS = [
  {
    number: 9,
    subject: 'Rates of Northlake',
    excerpt: 'Rates of Northlake',
    highlights: [[9, 18]],
    found_in: 'subject',
    requester: ANA,
    client: 'Northlake Media',
    status: 'open',
    closed_at: null,
  },
  {
    number: 12,
    subject: 'Export',
    excerpt: '…all of Northlake sees',
    highlights: [[8, 17]],
    found_in: 'conversation',
    requester: ANA,
    client: 'Northlake Media',
    status: 'solved',
    closed_at: 'x',
  },
];

const ARTICLES = [
  {
    id: '7',
    title: 'Rates at Northlake',
    excerpt: 'Where the rates come from',
    url: '/articles/7-rates',
    product: null,
    visibility: 'staff',
    highlights: [],
    title_highlights: [[9, 18]],
  },
  {
    id: '8',
    title: 'Export',
    excerpt: 'All of Northlake',
    url: '/articles/8-export',
    product: null,
    visibility: 'public',
    highlights: [[7, 16]],
    title_highlights: [],
  },
];

/** @param {Array<object>|Error} answer @param {boolean} [publishes] @param {Array<object>|Error|Promise<Array<object>>} [articles] */
function searching(answer, publishes = false, articles = []) {
  /** @type {string[]} */
  const asked = [];
  /** @type {() => void} */
  let told = () => {};
  const palette = new Palette({
    ask: async (_method, path) => {
      asked.push(path);
      const found = path.startsWith('/api/search?') ? await articles : answer;
      if (found instanceof Error) throw found;
      return { data: { tickets: found, results: found }, etag: null };
    },
    chats: () => [{ chat: 'c1', name: 'Omar', facts: 'Northlake Media', said: () => null }],
    status: () => 'available',
    publishes: () => publishes,
    changed: () => told(),
    wait: 0,
  });
  /** The articles are there. */
  const settled = async () => {
    for (let turn = 0; turn < 9; turn += 1) await null;
  };
  return {
    asked,
    palette,
    /** Types, and waits for the answer. @param {string} text */
    type: async (text) => {
      palette.type(text);
      while (palette.searching) await new Promise((resolve) => (told = () => resolve(undefined)));
      await settled();
    },
    settled,
    shown: () => palette.groups.map(({ key, options }) => [key, ...options.map(({ title }) => title)]),
  };
}

test('a prefix narrows, and digits are a number', () => {
  assert.deepEqual(
    [parsed('#9').number, parsed(' 9 ').number, parsed('9 rates').number, parsed('@9').number],
    [9, 9, null, null],
  );
  assert.deepEqual(
    [parsed('@ana').only, parsed('>new').only, parsed('#').only, parsed('ana').only],
    ['people', 'commands', 'number', null],
  );
  assert.equal(parsed('0').number, null);
});

test('everything is found by words, with the places of the hits', async () => {
  const it = searching(TICKETS);
  await it.type('northlake');
  assert.deepEqual(it.shown(), [
    ['chats', 'Omar'],
    ['tickets', '#9 Rates of Northlake', '#12 Export', 'All tickets with “northlake”'],
    ['people', 'Ana Sousa'],
    ['commands', 'Show tickets of Northlake Media'],
  ]);
  const [, { options }] = it.palette.groups;
  const [first, second] = options;
  assert.deepEqual([first.marked, first.marks], ['title', [[12, 21]]]);
  assert.deepEqual(
    [second.marked, second.note, second.marks, second.closed],
    ['note', '…all of Northlake sees', [[8, 17]], true],
  );
  assert.equal(it.palette.groups[2].options[0].href, '/tickets?view=all&requester=v1');
});

test('articles are found by the same words, and are missing where only numbers or people are asked for', async () => {
  const it = searching(TICKETS, false, ARTICLES);
  await it.type('@northlake');
  assert.equal(it.asked.length, 1);
  await it.type('northlake');
  const articles = it.palette.groups.find(({ key }) => key === 'articles');
  assert.deepEqual(
    articles?.options.map(({ title, note, marked, marks, href }) => [title, note, marked, marks, href]),
    [
      ['Rates at Northlake', 'Staff only · Where the rates come from', 'title', [[9, 18]], '/articles/7-rates'],
      ['Export', 'All of Northlake', 'note', [[7, 16]], '/articles/8-export'],
    ],
  );
  assert.ok(it.asked.includes('/api/search?q=northlake&limit=4&kind=article&kind=release'));
  await it.type('9');
  assert.equal(it.asked.filter((path) => path.startsWith('/api/search?')).length, 1);
  const without = searching(TICKETS, false, new Refused(503, { detail: 'Not just now.' }));
  await without.type('northlake');
  assert.deepEqual([without.palette.fault, without.shown()[1][1]], ['', '#9 Rates of Northlake']);
});

test('tickets do not wait for articles, which come below them', async () => {
  /** @type {(answer: object) => void} */
  let answer = () => {};
  const late = new Promise((resolve) => (answer = resolve));
  const it = searching(TICKETS, false, late);
  await it.type('northlake');
  const keys = () => it.shown().map(([key]) => key);
  assert.deepEqual(keys(), ['chats', 'tickets', 'people', 'commands']);
  answer(ARTICLES);
  await it.settled();
  assert.deepEqual(keys(), ['chats', 'tickets', 'people', 'articles', 'commands']);
});

test('a number leads to its ticket before it is known, and is said to be missing', async () => {
  const it = searching([]);
  it.palette.type('#77');
  assert.deepEqual(
    it.palette.groups[0].options.map(({ href, title, note }) => [href, title, note]),
    [['/tickets/77', 'Ticket #77', 'Open it']],
  );
  await it.type('#77');
  assert.equal(it.palette.groups[0].options[0].note, 'There is none that you can see.');
  const known = searching(TICKETS);
  await known.type('9');
  assert.deepEqual(known.shown()[0], ['number', '#9 Rates of Northlake']);
});

test('people and commands can be asked for alone', async () => {
  const it = searching(TICKETS);
  await it.type('@sousa');
  assert.deepEqual(it.shown(), [['people', 'Ana Sousa']]);
  it.palette.type('>away');
  assert.deepEqual(it.shown(), [['commands', 'Set yourself away']]);
  assert.equal(it.palette.searching, false);
  it.palette.type('>figures');
  assert.deepEqual(it.shown(), [['commands', 'Reports']]);
  it.palette.type('>incident');
  assert.deepEqual(it.shown(), []);
  const supervisor = searching([], true);
  supervisor.palette.type('>incident');
  assert.deepEqual(supervisor.shown(), [['commands', 'Open an incident']]);
  it.palette.type('>feedback');
  assert.deepEqual(it.shown(), [['commands', 'Your account']]);
  it.palette.type('>');
  const [[, ...all]] = it.shown();
  assert.ok(all.includes('New ticket') && all.includes('Tickets: Yours') && !all.includes('Go available'));
  assert.equal(it.asked.length, 1);
});

test('a refusal is said, and what is at hand stays', async () => {
  const it = searching(new Refused(503, { detail: 'Not just now.' }));
  await it.type('omar');
  assert.deepEqual([it.palette.fault, it.shown()[0]], ['Not just now.', ['chats', 'Omar']]);
});
