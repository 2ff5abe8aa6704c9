import assert from 'node:assert/strict';
import test from 'node:test';
import { Tickets } from '../../../widgets/shared/static/client/tickets.js';

/** @typedef {import('../../../widgets/shared/static/client/types.js').Frame} Frame */

const PRIYA = { kind: 'staff', id: 'p', name: 'Priya' };

/** @param {number} seq @param {number} [prev] @returns {Frame} */
const reply = (seq, prev = seq - 1) => ({
  type: 'ticket.reply',
  ticket: 7,
  seq,
  prev,
  at: '',
  from: PRIYA,
  text: `${seq}`,
});

/** What a tab's tickets ask for and tell. */
class Told {
  /** @type {Array<[number, number]>} ticket and `after` */ asked = [];
  /** @type {Array<[number, boolean]>} `seq`, and whether it was past */ delivered = [];
  /** @type {number[]} */ whole = [];
  /** @type {Frame[]} */ news = [];
  tickets = new Tickets({
    lists: true,
    send: ({ fields }) => this.asked.push([fields.ticket, fields.after]),
    emit: (name, ...[one, about]) => {
      if (name === 'ticket') this.delivered.push([one.seq, about.replay]);
      if (name === 'ticketWhole') this.whole.push(one);
      if (name === 'news') this.news.push(one);
    },
  });

  /** @param {number} after @param {number} seq */
  ok(after, seq) {
    this.tickets.answered({ type: 'ok', ticket: 7, seq }, { type: 'ticket.follow', fields: { ticket: 7, after } });
  }

  /** @param {string} code @param {number} after */
  refused(code, after) {
    this.tickets.answered(
      { type: 'error', code, message: '' },
      { type: 'ticket.follow', fields: { ticket: 7, after } },
    );
  }
}

test('a followed ticket delivers its past, then what comes, each once', () => {
  const told = new Told();
  told.tickets.follow(7);
  told.ok(0, 2);
  for (const seq of [1, 2, 2, 3]) told.tickets.event(reply(seq));
  assert.deepEqual(told.delivered, [
    [1, true],
    [2, true],
    [3, false],
  ]);
  assert.deepEqual(told.whole, [7]);
  assert.deepEqual(told.asked, [[7, 0]]);
});

test('what no tab follows is not delivered, and no more after unfollowing', () => {
  const told = new Told();
  told.tickets.event(reply(1));
  told.tickets.follow(7);
  told.tickets.event(reply(1));
  told.tickets.unfollow(7);
  told.tickets.event(reply(2));
  assert.deepEqual(told.delivered, [[1, true]]);
});

test('after another tab has left the ticket, this tab follows it again from its place', () => {
  const told = new Told();
  told.tickets.follow(7);
  told.ok(0, 1);
  told.tickets.event(reply(1));
  const left = { type: 'ticket.unfollow', fields: { ticket: 7 } };
  told.tickets.answered({ type: 'ok', ticket: 7 }, left);
  told.tickets.unfollow(7);
  told.tickets.answered({ type: 'ok', ticket: 7 }, left);
  assert.deepEqual(told.asked, [
    [7, 0],
    [7, 1],
  ]);
});

test('a gap is closed before later events are delivered; a hidden event is no gap', () => {
  const told = new Told();
  told.tickets.follow(7);
  told.ok(0, 0);
  told.tickets.event(reply(1));
  told.tickets.event(reply(4, 3));
  assert.deepEqual(told.asked, [
    [7, 0],
    [7, 1],
  ]);
  told.ok(1, 4);
  told.tickets.event(reply(3, 1));
  told.tickets.event(reply(4, 3));
  assert.deepEqual(
    told.delivered.map(([seq]) => seq),
    [1, 3, 4],
  );
});

test('after another tab followed from a later place, this tab asks for what it lacks', () => {
  const told = new Told();
  told.tickets.follow(7);
  told.ok(0, 5);
  told.tickets.event(reply(1));
  told.ok(4, 5);
  assert.deepEqual(told.asked.at(-1), [7, 1]);
});

test('a new connection follows again from the last event, another epoch from the first', () => {
  const told = new Told();
  told.tickets.follow(7);
  told.ok(0, 1);
  told.tickets.event(reply(1));
  told.tickets.resume(true);
  told.tickets.resume(false);
  assert.deepEqual(told.asked, [
    [7, 0],
    [7, 1],
    [7, 0],
  ]);
});

test('a ticket that cannot be seen any more is gone from the list, and is said to be', () => {
  const told = new Told();
  told.tickets.greeted([{ ticket: 7, status: 'open', seq: 1, unread: 0 }]);
  told.tickets.follow(7);
  told.refused('not_found', 0);
  assert.deepEqual(told.news, [{ type: 'ticket.gone', ticket: 7 }]);
  assert.deepEqual(told.tickets.all, []);
});

test('news put a ticket on top of the list with its unread replies, and reading it sets them to none', () => {
  const { tickets } = new Told();
  tickets.greeted([
    { ticket: 8, status: 'open', seq: 1, unread: 0 },
    { ticket: 7, status: 'open', seq: 1, unread: 1 },
  ]);
  const last = { seq: 2, at: '', from: PRIYA, text: 'Try again' };
  tickets.told({
    kind: 'news',
    frame: { type: 'ticket.news', ticket: 7, status: 'awaiting_reply', seq: 2, unread: 2, last },
  });
  assert.deepEqual(tickets.all[0], { ticket: 7, status: 'awaiting_reply', seq: 2, unread: 2, last });
  assert.equal(tickets.unread, 2);
  tickets.heard({ type: 'ticket.read', ticket: 7, upto: 1 });
  assert.equal(tickets.unread, 2);
  tickets.heard({ type: 'ticket.read', ticket: 7, upto: 2 });
  assert.equal(tickets.unread, 0);
  assert.equal(tickets.get(7)?.last?.text, 'Try again');
});
