import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';
import { about } from './support/working.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { UncodedChats } = await import('../../../widgets/console/static/uncoded.js');

const NOW = Date.UTC(2026, 10, 25, 12);
const iso = (/** @type {number} */ ago) => new Date(NOW - ago * 1000).toISOString();
const ticket = (/** @type {number} */ number, more = {}) => ({
  number,
  chat: `c${number}`,
  requester: { id: 'v', name: 'Omar' },
  team: 'media',
  created_at: iso(100 - number),
  waiting_since: null,
  flags: ['needs_code'],
  ...more,
});
const closed = (/** @type {number} */ number, more = {}) =>
  /** @type {import('../../../widgets/shared/static/client/types.js').Durable} */ (
    /** @type {unknown} */ ({
      type: 'chat.closed',
      chat: `c${number}`,
      ticket: number,
      status: 'open',
      reason: 'ended',
      at: iso(0),
      ...more,
    })
  );
const ABOUT = /** @type {import('../../../widgets/shared/static/types.js').About} */ (
  /** @type {unknown} */ (about('x'))
);

/** @param {object[]} tickets */
function desk(tickets) {
  const told = { tickets, asked: /** @type {string[]} */ ([]), fails: false, drawn: 0 };
  const list = new UncodedChats({
    ask: async (_method, path) => {
      told.asked.push(path);
      if (told.fails) throw new Refused(503, { code: 'unavailable' });
      return { data: { tickets: told.tickets }, etag: null };
    },
    me: 'me',
    changed: () => {
      told.drawn += 1;
    },
    newsMs: 0,
  });
  return { told, list, numbers: () => list.all.map(({ number }) => number) };
}
const soon = () => new Promise((resolve) => setTimeout(resolve, 5));

test('the desk’s list is shown newest first, without tickets that no chat made', async () => {
  const { told, list, numbers } = desk([
    ticket(1),
    ticket(2),
    ticket(3, { chat: null }),
    ticket(4, { flags: ['confirmed'] }),
  ]);
  await list.read();
  assert.deepEqual(numbers(), [2, 1]);
  assert.match(told.asked[0], /needs_code=true&assignee=me/u);
});

test('a chat that its customer ends is listed at once, and stays over an older answer', async () => {
  const { list, numbers } = desk([ticket(1)]);
  const reading = list.read();
  list.closed(closed(7), ABOUT);
  await reading;
  assert.deepEqual([numbers(), list.of('c7')?.reason], [[7, 1], 'ended']);
});

test('a chat that has a status already needs none', () => {
  const { list, numbers } = desk([]);
  list.closed(closed(7, { status: 'awaiting_reply', reason: 'silent' }), ABOUT);
  list.closed(closed(8, { reason: 'closed' }), ABOUT);
  assert.deepEqual(numbers(), []);
});

test('a ticket that is coded elsewhere leaves the list with its news', async () => {
  const { told, list, numbers } = desk([ticket(1), ticket(2)]);
  await list.read();
  told.tickets = [ticket(2)];
  list.heard({ ticket: 99, status: 'open' });
  await soon();
  assert.equal(told.asked.length, 1);
  list.heard({ ticket: 1, status: 'solved' });
  await soon();
  assert.deepEqual(numbers(), [2]);
});

test('one that was coded here does not come back with an answer that was on its way', async () => {
  const { list, numbers } = desk([ticket(1), ticket(2)]);
  await list.read();
  const reading = list.read();
  list.coded(1);
  await reading;
  assert.deepEqual(numbers(), [2]);
});

test('a code that is undone, here or elsewhere, puts the chat back with the time at which it ended', async () => {
  const { told, list, numbers } = desk([ticket(1)]);
  await list.read();
  list.closed(closed(7, { reason: 'closed', status: 'solved', at: iso(40) }), ABOUT);
  list.coded(1);
  assert.deepEqual([numbers(), told.asked.length], [[], 1]);
  list.heard({ ticket: 7, status: 'solved' });
  await soon();
  assert.equal(told.asked.length, 1);
  told.tickets = [ticket(1), ticket(7, { waiting_since: iso(0) })];
  for (const number of [1, 7]) list.heard({ ticket: number, status: 'open' });
  await soon();
  assert.deepEqual([numbers().sort(), list.of('c7')?.at], [[1, 7], NOW - 40_000]);
});

test('without an answer the list stays as it was', async () => {
  const { told, list, numbers } = desk([ticket(1)]);
  await list.read();
  told.fails = true;
  await list.read();
  assert.deepEqual(numbers(), [1]);
});

test('the wrap-up counts down from the end of the chat, where the team has one', () => {
  const one = {
    number: 1,
    chat: 'c1',
    customer: { id: null, name: null },
    team: 'media',
    at: NOW - 14_000,
    reason: '',
  };
  const teams = (/** @type {number} */ seconds) =>
    /** @type {Map<string, import('../../../widgets/shared/static/types.js').Team>} */ (
      /** @type {unknown} */ (new Map([['media', { team: 'media', wrap_up_s: seconds }]]))
    );
  assert.equal(UncodedChats.wrapUp(one, teams(45), NOW), 31_000);
  assert.equal(UncodedChats.wrapUp(one, teams(0), NOW), 0);
});
