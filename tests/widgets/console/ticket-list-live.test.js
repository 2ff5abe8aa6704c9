import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { TicketSearch } = await import('../../../widgets/console/static/ticket-search.js');
const { LiveList } = await import('../../../widgets/console/static/ticket-list-live.js');
const { asked } = await import('../../../widgets/console/static/facets.js');
const { vocabulary } = await import('../../../widgets/shared/static/vocabulary.js');

/** @import { Ticket } from '../../../widgets/shared/static/types.js' */

/** @param {number} number */
const ticket = (number, more = {}) =>
  /** @type {Ticket} */ (/** @type {object} */ ({ number, status: 'open', ...more }));

/** A list on the screen, and the desk's list that changes. @param {Ticket[]} tickets */
async function list(tickets) {
  const desk = { tickets, looks: true, asked: /** @type {string[]} */ ([]) };
  /** @type {Array<() => void>} */
  const timers = [];
  const ask = async (/** @type {string} */ _method, /** @type {string} */ path) => {
    desk.asked.push(path);
    return { data: path.includes('counts') ? {} : { tickets: desk.tickets, next: null }, etag: null };
  };
  const search = new TicketSearch({
    ask,
    me: { id: 'priya', name: 'Priya', email: '', role: 'agent', teams: [] },
    words: vocabulary({ statuses: [] }),
    asked: asked(''),
  });
  await search.begin(search.asked);
  const live = new LiveList(search, ask, {
    setTimeout: (run) => timers.push(run),
    looks: () => desk.looks,
  });
  /** Lets time pass until nothing is due. */
  const pass = async () => {
    while (timers.length) {
      timers.shift()?.();
      for (let turn = 0; turn < 10; turn += 1) await null;
    }
  };
  const numbers = () => search.tickets.map(({ number }) => number);
  const news = (/** @type {number} */ number) => live.heard({ type: 'ticket.news', ticket: number });
  return { desk, search, live, pass, numbers, news };
}

test('what changes in a row is shown at once, where the row is', async () => {
  const { desk, search, live, pass, numbers, news } = await list([ticket(2), ticket(1)]);
  desk.tickets = [ticket(2), ticket(1, { status: 'solved' })];
  news(1);
  await pass();
  assert.deepEqual([numbers(), search.tickets[1].status, live.waiting], [[2, 1], 'solved', 0]);
});

test('rows do not move under the reader until they ask for it', async () => {
  const { desk, search, live, pass, numbers, news } = await list([ticket(2), ticket(1)]);
  desk.tickets = [ticket(3), ticket(1, { status: 'solved' }), ticket(2)];
  news(3);
  news(1);
  news(9);
  await pass();
  assert.deepEqual([numbers(), search.tickets[1].status, live.waiting, live.stands], [[2, 1], 'solved', 2, true]);
  live.apply();
  assert.deepEqual([numbers(), live.waiting, live.stands], [[3, 1, 2], 0, false]);
});

test('rows follow at once what the reader has changed', async () => {
  const { desk, live, pass, numbers } = await list([ticket(2), ticket(1)]);
  desk.tickets = [ticket(1)];
  live.stale(true);
  await pass();
  assert.deepEqual([numbers(), live.waiting], [[1], 0]);
});

test('an empty list fills by itself', async () => {
  const { desk, pass, numbers, news } = await list([]);
  desk.tickets = [ticket(3)];
  news(3);
  await pass();
  assert.deepEqual(numbers(), [3]);
});

test('much news at once is one request', async () => {
  const { desk, pass, news } = await list([ticket(1)]);
  desk.asked = [];
  for (let number = 1; number <= 20; number += 1) news(number);
  await pass();
  assert.deepEqual(desk.asked, [
    '/api/tickets?status=open&status=awaiting_reply&status=fixed_pending_rca&snoozed=false&limit=50',
    '/api/tickets/counts',
  ]);
});

test('a page that nobody sees asks for nothing until it is turned to', async () => {
  const { desk, live, pass, numbers, news } = await list([ticket(1)]);
  desk.tickets = [ticket(1), ticket(2)];
  desk.asked = [];
  desk.looks = false;
  news(2);
  await pass();
  assert.deepEqual(desk.asked, []);
  desk.looks = true;
  live.stale();
  await pass();
  assert.deepEqual([numbers(), live.waiting], [[1], 1]);
});

test('what waits is forgotten with another list', async () => {
  const { desk, search, live, pass, numbers, news } = await list([ticket(1)]);
  desk.tickets = [ticket(2), ticket(1)];
  news(2);
  await pass();
  desk.tickets = [ticket(7)];
  await search.begin(asked('?view=mine'));
  assert.equal(live.stands, false);
  live.apply();
  assert.deepEqual(numbers(), [7]);
});
