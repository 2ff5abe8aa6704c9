import assert from 'node:assert/strict';
import test from 'node:test';
import { following } from '../../../widgets/shared/static/client/ticket-follows.js';
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
    emit: (name, ...told) => {
      const [one, about] = /** @type {[Frame & number, {replay: boolean}]} */ (told);
      if (name === 'ticket') this.delivered.push([one.seq, about.replay]);
      if (name === 'ticketWhole') this.whole.push(one);
      if (name === 'news') this.news.push(one);
    },
  });

  follows = following(this);

  /** @param {number} after @param {number} seq */
  ok(after, seq) {
    this.follows.answered({ type: 'ok', ticket: 7, seq }, { type: 'ticket.follow', fields: { ticket: 7, after } });
  }

  /** @param {string} code @param {number} after */
  refused(code, after) {
    this.follows.answered(
      { type: 'error', code, message: '' },
      { type: 'ticket.follow', fields: { ticket: 7, after } },
    );
  }
}

test('a followed ticket delivers its past, then what comes, each once', () => {
  const told = new Told();
  told.follows.follow(7);
  told.ok(0, 2);
  for (const seq of [1, 2, 2, 3]) told.follows.event(reply(seq));
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
  told.follows.event(reply(1));
  told.follows.follow(7);
  told.follows.event(reply(1));
  told.follows.unfollow(7);
  told.follows.event(reply(2));
  assert.deepEqual(told.asked, [
    [7, 0],
    [7, undefined],
  ]);
  assert.deepEqual(told.delivered, [[1, true]]);
});

test('a gap is closed before later events are delivered; a hidden event is no gap', () => {
  const told = new Told();
  told.follows.follow(7);
  told.ok(0, 0);
  told.follows.event(reply(1));
  told.follows.event(reply(4, 3));
  assert.deepEqual(told.asked, [
    [7, 0],
    [7, 1],
  ]);
  told.ok(1, 4);
  told.follows.event(reply(3, 1));
  told.follows.event(reply(4, 3));
  assert.deepEqual(
    told.delivered.map(([seq]) => seq),
    [1, 3, 4],
  );
});

test('after another tab followed from a later place, this tab asks for what it lacks', () => {
  const told = new Told();
  told.follows.follow(7);
  told.ok(0, 5);
  told.follows.event(reply(1));
  told.ok(4, 5);
  assert.deepEqual(told.asked.at(-1), [7, 1]);
});

test('where another tab follows a ticket no longer, this one goes on from the last event', () => {
  const told = new Told();
  told.follows.follow(7);
  told.ok(0, 1);
  told.follows.event(reply(1));
  told.follows.answered({ type: 'ok', ticket: 7 }, { type: 'ticket.unfollow', fields: { ticket: 7 } });
  assert.deepEqual(told.asked.at(-1), [7, 1]);
});

test('a new connection follows again from the last event, another epoch from the first', () => {
  const told = new Told();
  told.follows.follow(7);
  told.ok(0, 1);
  told.follows.event(reply(1));
  told.follows.resume(true);
  told.follows.resume(false);
  assert.deepEqual(told.asked, [
    [7, 0],
    [7, 1],
    [7, 0],
  ]);
});

test('a ticket that cannot be seen any more is gone from the list, and is said to be', () => {
  const told = new Told();
  told.tickets.greeted([{ ticket: 7, status: 'open', seq: 1, unread: 0 }]);
  told.follows.follow(7);
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
