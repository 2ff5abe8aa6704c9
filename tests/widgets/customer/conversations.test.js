import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../support/served.js';

/** @import { Ticket } from '../../../widgets/customer/static/conversations.js' */
/** @import { TicketState } from '../../../widgets/shared/static/client/types.js' */

const { Conversations, PAGE } = await import('../../../widgets/customer/static/conversations.js');

const at = (/** @type {number} */ minute) => `2026-11-24T15:${String(minute).padStart(2, '0')}:00.000Z`;
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const PRIYA = { kind: 'staff', id: 's1', name: 'Priya' };

/** @param {number} number @param {Partial<Ticket>} [more] @returns {Ticket} */
const ticket = (number, more) => ({
  number,
  status: 'open',
  subject: `Subject ${number}`,
  updated_at: at(number),
  closed_at: null,
  reopen_until: null,
  assignee: null,
  unread: 0,
  last: {
    at: at(number),
    from: { kind: 'customer', id: 'me', name: null },
    text: 'Hello',
    files: 0,
    own: true,
    seq: 1,
  },
  live: null,
  ...more,
});

/** @param {number} number @param {Partial<TicketState>} [more] @returns {TicketState} */
const news = (number, more) => ({ ticket: number, status: 'open', seq: 2, unread: 1, last: null, ...more });

/** A list over pages that the desk gives, one after the other. */
class Desk {
  /** @type {object[]} */
  asked = [];
  /** @type {TicketState[]} */
  known = [];

  constructor(/** @type {Array<{tickets: Ticket[], next: string|null}|Error>} */ ...pages) {
    this.pages = pages;
    this.list = new Conversations({
      ask: async (query) => {
        this.asked.push(query);
        const page = this.pages.shift();
        if (!page || page instanceof Error) throw page ?? new Error('asked too often');
        return page;
      },
      known: () => this.known,
      changed: () => {},
    });
  }

  get numbers() {
    return this.list.tickets.map(({ number }) => number);
  }

  async loaded() {
    while (this.list.busy) await new Promise((done) => setImmediate(done));
  }
}

test('pages follow each other, and nothing is listed twice', async () => {
  const desk = new Desk(
    { tickets: [ticket(9), ticket(8)], next: 'c1' },
    { tickets: [ticket(8), ticket(7)], next: null },
  );
  desk.list.load();
  await desk.loaded();
  assert.deepEqual([desk.numbers, desk.list.next], [[9, 8], 'c1']);
  desk.list.more();
  await desk.loaded();
  assert.deepEqual([desk.numbers, desk.list.next], [[9, 8, 7], null]);
  assert.deepEqual(desk.asked, [{ limit: PAGE }, { limit: PAGE, cursor: 'c1' }]);
});

test('a list that is loaded again keeps the later pages and where they end', async () => {
  const first = Array.from({ length: PAGE }, (_, index) => ticket(50 - index));
  const desk = new Desk(
    { tickets: first, next: 'c1' },
    { tickets: [ticket(7)], next: 'c2' },
    { tickets: [ticket(51), ...first.slice(0, -1)], next: 'c1' },
  );
  desk.list.load();
  await desk.loaded();
  desk.list.more();
  await desk.loaded();
  desk.list.load();
  await desk.loaded();
  assert.equal(desk.numbers.length, PAGE + 2);
  assert.deepEqual([desk.numbers[0], desk.numbers.at(-1), desk.list.next], [51, 7, 'c2']);
});

test('words of staff move their conversation to the top without asking the desk', async () => {
  const desk = new Desk({ tickets: [ticket(9), ticket(8)], next: null });
  desk.list.load();
  await desk.loaded();
  desk.known = [news(8, { last: { seq: 2, at: at(30), from: PRIYA, text: 'Which dates?' } })];
  desk.list.heard();
  assert.deepEqual(desk.numbers, [8, 9]);
  const [{ last, unread }] = desk.list.tickets;
  assert.deepEqual([last?.text, last?.own, unread, desk.asked.length], ['Which dates?', false, 1, 1]);
});

test('news that say less than the list are asked for', async () => {
  /** @type {Array<[string, TicketState]>} */
  const cases = [
    ['an unknown ticket', news(3, { last: { seq: 1, at: at(30), from: PRIYA, text: 'New' } })],
    ['another status', news(9, { status: 'solved' })],
    ['a removed text', news(9, { last: { seq: 1, at: at(9), from: PRIYA, text: null } })],
    ['a file alone', news(9, { last: { seq: 2, at: at(30), from: PRIYA, text: null } })],
  ];
  for (const [what, one] of cases) {
    const desk = new Desk({ tickets: [ticket(9)], next: null }, { tickets: [ticket(9)], next: null });
    desk.list.load();
    await desk.loaded();
    desk.known = [one];
    desk.list.heard();
    assert.ok(desk.list.busy, what);
    await desk.loaded();
  }
});

test('what is known already is not asked for', async () => {
  const desk = new Desk({ tickets: [ticket(9)], next: null });
  desk.list.load();
  await desk.loaded();
  desk.known = [news(9, { seq: 1, unread: 0, last: { seq: 1, at: at(9), from: PRIYA, text: 'Hello' } }), news(3)];
  desk.list.heard();
  assert.ok(!desk.list.busy);
});

test('a list that cannot be loaded says so, and one that is there stays', async () => {
  const desk = new Desk(new Error('No connection.'), { tickets: [ticket(9)], next: null }, new Error('No connection.'));
  desk.list.load();
  await desk.loaded();
  assert.equal(desk.list.state, 'failed');
  for (let time = 0; time < 2; time += 1) {
    desk.list.load();
    await desk.loaded();
    assert.deepEqual([desk.list.state, desk.numbers], ['ready', [9]]);
  }
});

test('nothing of another person stays', async () => {
  const desk = new Desk({ tickets: [ticket(9)], next: 'c1' });
  desk.list.load();
  await desk.loaded();
  desk.list.clear();
  assert.deepEqual([desk.numbers, desk.list.next, desk.list.state], [[], null, 'new']);
});

test('of two hundred conversations each is listed once, and an answer to an old one is unread on top', async () => {
  const all = Array.from({ length: 200 }, (_, index) =>
    ticket(200 - index, { updated_at: new Date(Date.UTC(2026, 10, 24) - index * 60_000).toISOString() }),
  );
  const pages = Array.from({ length: 10 }, (_, page) => ({
    tickets: all.slice(page * PAGE, (page + 1) * PAGE),
    next: page < 9 ? `c${page}` : null,
  }));
  const desk = new Desk(...pages, pages[0]);
  desk.list.load();
  await desk.loaded();
  while (desk.list.next) {
    desk.list.more();
    await desk.loaded();
  }
  assert.deepEqual(
    desk.numbers,
    all.map(({ number }) => number),
  );
  desk.known = [news(3, { last: { seq: 2, at: at(59), from: PRIYA, text: 'Found it' } })];
  desk.list.heard();
  desk.list.load();
  await desk.loaded();
  assert.deepEqual([desk.numbers.slice(0, 2), desk.numbers.length, desk.list.next], [[3, 200], 200, null]);
  assert.equal(
    desk.list.tickets.reduce((sum, { unread }) => sum + unread, 0),
    1,
  );
});

test('a conversation that the reader may not see any more is listed no longer', async () => {
  const desk = new Desk({ tickets: [ticket(9), ticket(8)], next: null });
  desk.list.load();
  await desk.loaded();
  desk.list.lose(9);
  assert.deepEqual(desk.numbers, [8]);
});
