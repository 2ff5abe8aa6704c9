import assert from 'node:assert/strict';
import test, { afterEach, beforeEach } from 'node:test';
import { refuse } from '../client/support/desk_server.js';
import { until } from '../client/support/waiting.js';
import { AtDesk } from './support/at_desk.js';
import { atForm } from './support/at_form.js';

/** @type {AtDesk} */
let at;

beforeEach(async () => {
  at = await AtDesk.open();
});
afterEach(() => at.close());

/** @typedef {ReturnType<AtDesk['page']>} Chat */

/** A page on which a chat is under way. @param {ReturnType<AtDesk['browser']>} [browser] */
async function chatting(browser = at.browser()) {
  const chat = at.page(browser);
  await until(() => chat.visit.phase === 'form');
  chat.beginning.fill({ text: 'Hello' });
  chat.beginning.submit({ isAddress: true });
  await until(() => chat.visit.phase === 'queued' && chat.desk.outbox().length === 0);
  return { chat, browser };
}

/** Until the line is back nothing is sent. @param {Chat} chat */
async function cut(chat) {
  at.server.refuseWith = 1013;
  at.server.cut();
  await until(() => chat.desk.state.line === 'waiting');
}

test('a rating without a star leads to the stars', async () => {
  const { chat, lookedAt } = atForm();
  await chat.rate(0, 'quick');
  assert.deepEqual([chat.wrongAt('rating'), lookedAt], ['Choose from one to five stars first.', ['score']]);
});

test('a chat that a restored desk does not know leaves what was not sent in the form, behind what is there, and says so', async () => {
  const { chat, browser } = await chatting();
  await cut(chat);
  chat.send('one', []);
  chat.send('two', []);
  chat.writes('three, not finished');
  chat.drafts.set('new', 'before');
  at.server.chats.clear();
  at.server.epoch = 'epoch-2';
  at.server.refuseWith = null;
  await until(() => chat.visit.phase === 'form');
  assert.equal(chat.beginning.form.text, 'before\n\none\n\ntwo\n\nthree, not finished');
  assert.equal(chat.wrongAt('form'), 'The earlier chat is gone. What you wrote was not sent. It is kept here as a draft.');
  assert.deepEqual(chat.desk.outbox(), []);
  const next = at.page(browser);
  await until(() => next.visit.phase === 'form');
  assert.equal(next.beginning.form.text, 'before\n\none\n\ntwo\n\nthree, not finished', 'on the next page too');
});

test('a chat that is gone and had nothing unsent is nothing to speak of', async () => {
  const { chat } = await chatting();
  await cut(chat);
  at.server.chats.clear();
  at.server.epoch = 'epoch-2';
  at.server.refuseWith = null;
  await until(() => chat.visit.phase === 'form');
  assert.deepEqual([chat.beginning.form.text, chat.wrong], ['', null]);
});

test('a first message that finds a chat begun on another device is kept as a draft of that one, behind what is there, and that is said', async () => {
  const { chat: begun } = await chatting();
  const id = /** @type {string} */ (begun.visit.chat);
  const browser = at.browser();
  const chat = at.page(browser);
  await until(() => chat.visit.phase === 'form');
  at.server.next('chat.start', (frame, peer) => {
    const theirs = at.server.chats.get(id);
    if (theirs) theirs.customer = peer.person;
    refuse(peer, frame, { code: 'already_chatting', message: 'You are chatting already.', chat: id });
  });
  chat.drafts.set(id, 'half a');
  chat.beginning.fill({ text: 'From the laptop' });
  chat.beginning.submit({ isAddress: true });
  await until(() => chat.visit.phase === 'queued');
  assert.equal(chat.drafts.get(id), 'half a\n\nFrom the laptop');
  assert.deepEqual(chat.alarm, { what: 'You have a chat already.', why: 'What you wrote was not sent. It is kept here as a draft.' });
  assert.deepEqual([chat.desk.outbox(), chat.drafts.get('new'), chat.beginning.form.text], [[], '', '']);
  chat.send('half a\n\nFrom the laptop', []);
  assert.deepEqual([chat.alarm, chat.drafts.get(id)], [null, ''], 'until it is sent');
});
