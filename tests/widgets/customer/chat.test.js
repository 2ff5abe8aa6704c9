import assert from 'node:assert/strict';
import test, { afterEach, beforeEach } from 'node:test';
import { refuse } from '../client/support/desk_server.js';
import { until } from '../client/support/waiting.js';
import { AtDesk } from './support/at_desk.js';

const { send, write } = await import('../../../widgets/customer/static/chat-commands.js');

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

test('a chat that a restored desk does not know leaves what was not sent in the form, behind what is there, and says so', async () => {
  const { chat, browser } = await chatting();
  await cut(chat);
  send(chat, 'one', []);
  send(chat, 'two', []);
  write(chat, 'three, not finished');
  chat.drafts.set('new', 'before');
  at.server.chats.clear();
  at.server.epoch = 'epoch-2';
  at.server.refuseWith = null;
  await until(() => chat.visit.phase === 'form');
  assert.equal(chat.beginning.form.text, 'before\n\none\n\ntwo\n\nthree, not finished');
  assert.equal(
    chat.wrongAt('form'),
    'Your earlier chat no longer exists. Your message wasn’t sent. It’s kept here as a draft.',
  );
  assert.deepEqual(chat.desk.outbox(), []);
  const next = at.page(browser);
  await until(() => next.visit.phase === 'form');
  assert.equal(next.beginning.form.text, 'before\n\none\n\ntwo\n\nthree, not finished', 'on the next page too');
});

test('unsent texts of all conversations go with who signs out', async () => {
  const { chat, browser } = await chatting();
  for (const key of ['new', 'ticket-7', 'a chat before']) chat.drafts.set(key, 'not finished');
  write(chat, 'not finished');
  chat.desk.forget();
  await until(() => chat.visit.phase === 'form');
  assert.deepEqual(
    [chat.beginning.form.text, chat.drafts.get('ticket-7'), browser.storage.valuesWith('not finished')],
    ['', '', []],
  );
});

test('a draft comes along to a new conversation without a word: nobody has sent it', async () => {
  const { chat } = await chatting();
  write(chat, 'half a thought');
  chat.again();
  assert.deepEqual([chat.visit.phase, chat.beginning.form.text, chat.wrong], ['form', 'half a thought', null]);
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
  assert.deepEqual(chat.alarm, {
    what: 'You already have a chat.',
    why: 'Your message wasn’t sent. It’s kept here as a draft.',
  });
  assert.deepEqual([chat.desk.outbox(), chat.drafts.get('new'), chat.beginning.form.text], [[], '', '']);
  send(chat, 'half a\n\nFrom the laptop', []);
  assert.deepEqual([chat.alarm, chat.drafts.get(id)], [null, ''], 'until it is sent');
});

const PROOF = ['{"alg":"HS256","kid":"site"}', '{"sub":"ana"}', 'signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

/** A browser of an account's whose page went with a chat under way and a message that was not sent. */
async function leftAsAccount() {
  const browser = at.browser();
  const first = at.page(browser);
  first.desk.identify(PROOF);
  await until(() => first.desk.customer.proof !== null);
  const { chat } = await chatting(browser);
  first.desk.stop();
  await until(() => chat.desk.state.line === 'live');
  await cut(chat);
  send(chat, 'not sent yet', []);
  write(chat, 'half a');
  chat.desk.stop();
  at.server.refuseWith = null;
  return { browser, id: /** @type {string} */ (chat.visit.chat) };
}

test('without the proof an account’s chat is not given up, nor is what was not sent in it; with it they are back', async () => {
  const { browser, id } = await leftAsAccount();
  const chat = at.page(browser);
  await until(() => chat.visit.phase === 'form');
  assert.deepEqual([chat.beginning.form.text, chat.wrong, chat.memory.get('chat')], ['', null, id]);
  chat.desk.identify(PROOF);
  await until(() => chat.visit.chat === id && chat.desk.outbox().length === 0);
  assert.deepEqual(
    at.server.chats
      .get(id)
      ?.events.map(({ text }) => text)
      .slice(1),
    ['Hello', 'not sent yet'],
  );
  assert.equal(chat.drafts.get(id), 'half a');
});

test('the ticket of an account’s chat is shown again once there is the proof', async () => {
  const { browser, id } = await leftAsAccount();
  at.server.append(id, { type: 'chat.closed', ticket: 7, status: 'open', reason: 'solved' });
  Object.assign(at.server.chats.get(id) ?? {}, { state: 'closed' });
  const chat = at.page(browser);
  await until(() => chat.visit.phase === 'form');
  chat.desk.identify(PROOF);
  await until(() => chat.visit.phase === 'closed');
  assert.equal(chat.visit.outcome?.ticket, 7);
});

test('a chat that an account was to begin begins with the proof, not before and once, and the form is there meanwhile', async () => {
  const browser = at.browser();
  const first = at.page(browser);
  first.desk.identify(PROOF);
  await until(() => first.desk.customer.proof !== null);
  first.beginning.fill({ text: 'Of the account' });
  at.server.next('chat.start', (_frame, peer, go) => {
    peer.socket.terminate();
    at.server.refuseWith = 1013;
    go();
  });
  first.beginning.submit({ isAddress: true });
  await until(() => first.desk.state.line === 'waiting');
  first.desk.stop();
  at.server.refuseWith = null;
  const chat = at.page(browser);
  assert.equal(chat.visit.phase, 'starting');
  await until(() => chat.visit.phase === 'form');
  assert.equal(at.server.heardOf('chat.start').length, 1);
  chat.desk.identify(PROOF);
  await until(() => chat.visit.phase === 'queued');
  assert.equal(at.server.chats.size, 1);
});

test('a message for a ticket that an account wrote is sent with the proof, and what a stranger writes meanwhile stays theirs', async (t) => {
  /** @type {string[]} */
  const sent = [];
  let away = true;
  t.mock.method(
    globalThis,
    'fetch',
    async (/** @type {string} */ _url, /** @type {RequestInit} */ { headers, body }) => {
      if (away) return Response.json({ code: 'unavailable', detail: 'Later.' }, { status: 503 });
      sent.push(`${new Headers(headers).get('Authorization')}: ${JSON.parse(String(body)).text}`);
      return Response.json({ number: 7 });
    },
  );
  const browser = at.browser();
  const first = at.page(browser);
  first.desk.identify(PROOF);
  await until(() => first.desk.customer.proof !== null);
  first.beginning.swap();
  first.beginning.fill({ text: 'Of the account', email: 'ana@a.example' });
  first.beginning.submit({ isAddress: true });
  await until(() => first.wrong !== null);
  first.beginning.request.env.setTimeout = () => 0;
  first.desk.stop();
  away = false;
  const chat = at.page(browser);
  await until(() => chat.visit.phase === 'form');
  chat.beginning.fill({ text: 'Half of another' });
  assert.deepEqual(sent, []);
  chat.desk.identify(PROOF);
  await until(() => chat.visit.phase === 'left');
  assert.deepEqual(sent, ['Bearer token-of-visitor-1: Of the account']);
  assert.equal(chat.drafts.get('new'), 'Half of another');
});

for (const failed of ['before', 'after']) {
  test(`what an earlier chat refused ${failed} another was found open stands in the box of that one, and that is said`, async () => {
    const { chat: first, browser } = await chatting();
    const id = /** @type {string} */ (first.visit.chat);
    const person = first.desk.hello?.visitor;
    Object.assign(at.server.chats.get(id) ?? {}, { state: 'closed' });
    if (failed === 'before') {
      send(first, 'too late', []);
      await until(() => first.unsent[0]?.status === 'failed');
    } else {
      await cut(first);
      send(first, 'too late', []);
    }
    first.desk.stop();
    at.server.refuseWith = null;
    at.server.begin('elsewhere', person);
    const chat = at.page(browser);
    await until(() => chat.alarm !== null && chat.visit.phase === 'active');
    assert.equal(chat.drafts.get('elsewhere'), 'too late');
    assert.deepEqual(chat.alarm, {
      what: 'Your earlier chat has ended.',
      why: 'Your message wasn’t sent. It’s kept here as a draft.',
    });
    assert.deepEqual(chat.desk.outbox(), []);
  });
}

test('what a chat refused that is closed on the screen stays there, to be added to its ticket', async () => {
  const { chat } = await chatting();
  Object.assign(at.server.chats.get(/** @type {string} */ (chat.visit.chat)) ?? {}, { state: 'closed' });
  send(chat, 'too late', []);
  await until(() => chat.unsent[0]?.status === 'failed');
  assert.deepEqual([chat.unsent.length, chat.alarm], [1, null]);
});
