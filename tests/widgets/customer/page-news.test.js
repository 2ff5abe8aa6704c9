import assert from 'node:assert/strict';
import test from 'node:test';
import { PageNews } from '../../../widgets/customer/static/page-news.js';
import { Visit } from '../../../widgets/customer/static/visit.js';

/** A chat with three messages of staff, of which the customer has read the first. */
function chatted() {
  const visit = Object.assign(new Visit(), { chat: 'c', phase: 'active', lastSeq: 5, lastRead: 3, fromStaff: [4, 5] });
  /** @type {Array<() => void>} */
  const whole = [];
  const chat = {
    visit,
    view: 'talk',
    attends: false,
    seenUpto: () => Number.POSITIVE_INFINITY,
    desk: { cast: () => {} },
    on: (/** @type {string} */ _name, /** @type {() => void} */ fn) => whole.push(fn),
  };
  const news = new PageNews(
    /** @type {import('../../../widgets/customer/static/chat.js').Chat} */ (/** @type {unknown} */ (chat)),
  );
  return { chat, visit, news, comeWhole: () => whole.map((fn) => fn()) };
}

test('whoever comes back finds the first message that is new to them, until the next time', () => {
  const { chat, visit, news, comeWhole } = chatted();
  comeWhole();
  news.read();
  chat.attends = true;
  news.read();
  assert.deepEqual([visit.newFrom, visit.unread], [4, 0]);
  visit.fromStaff.push(6);
  Object.assign(visit, { lastSeq: 6 });
  news.read();
  assert.equal(visit.newFrom, 4);
  chat.attends = false;
  news.read();
  chat.attends = true;
  news.read();
  assert.equal(visit.newFrom, 0);
});

test('while the conversation is still coming nothing counts as new', () => {
  const { chat, visit, news, comeWhole } = chatted();
  visit.fromStaff = [2, 4, 5];
  visit.lastRead = 5;
  chat.attends = true;
  news.read();
  assert.equal(visit.newFrom, 0);
  visit.fromStaff = [5];
  comeWhole();
  news.read();
  assert.equal(visit.newFrom, 5);
});

test('the page opens again what was on the screen: a chat under way, or a ticket', () => {
  /** @type {boolean[]} */
  const told = [];
  const visit = Object.assign(new Visit(), { chat: 'c', phase: 'active' });
  const chat = {
    visit,
    open: true,
    home: { shown: false, any: true },
    ticketShown: /** @type {number|null} */ (null),
    desk: { tickets: { unread: 0 } },
    host: { tell: (/** @type {string} */ _name, /** @type {{inside: boolean}} */ { inside }) => told.push(inside) },
    on: () => {},
  };
  const news = new PageNews(
    /** @type {import('../../../widgets/customer/static/chat.js').Chat} */ (/** @type {unknown} */ (chat)),
  );
  news.tell();
  Object.assign(visit, { chat: null, phase: 'form' });
  news.tell();
  chat.ticketShown = 7;
  news.tell();
  chat.home.shown = true;
  news.tell();
  assert.deepEqual(told, [true, false, true, false]);
});
