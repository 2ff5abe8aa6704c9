import assert from 'node:assert/strict';
import test from 'node:test';
import { say } from './support/desk_server.js';
import { browserOf, cut, inChat, send, server } from './support/desk_setup.js';
import { until } from './support/waiting.js';
import { pluck } from '../support/pluck.js';

test('what came before anybody listened is told in its order, once somebody does', async () => {
  const { browser, tab, chat } = await inChat();
  const late = browser.open({ held: true });
  late.desk.follow(chat);
  await until(() => late.desk.lastSeq(chat) === 2);
  assert.deepEqual([late.hellos.length, late.events.length, late.lines.length], [0, 0, 0]);
  late.desk.tell();
  assert.equal(late.hellos.length, 1);
  assert.deepEqual(late.seqs, [1, 2]);
  await tab.desk.commit('message.send', { chat, text: 'and now' }).done;
  await until(() => late.seqs.length === 3);
});

test('a page renders a whole chat from its events alone, one’s own among them, each once and in order', async () => {
  const { tab, chat } = await inChat();
  const ok = await send(tab, chat, 'mine').done;
  assert.equal(ok.seq, 3);
  server.append(chat, { type: 'message', text: 'theirs', files: [] });
  await until(() => tab.seqs.length === 4);
  assert.deepEqual(tab.seqs, [1, 2, 3, 4]);
  assert.deepEqual(tab.texts(), ['hello', 'mine', 'theirs']);
  const { prev, ...own } = tab.events[2];
  const { person, ...stored } = server.chats.get(chat)?.events[2] ?? {};
  assert.deepEqual(own, stored, 'the event made from the ok is the one that is stored');
  assert.equal(prev, 2);
  assert.deepEqual(tab.desk.outbox(), []);
  assert.equal(tab.desk.lastSeq(chat), 4);
});

test('an ok beyond a hole is not shown before what is missing', async () => {
  const { tab, chat } = await inChat();
  server.append(chat, { type: 'message', text: 'lost', files: [] }, { silently: true });
  /** @type {string[][]} */
  const unsent = [];
  tab.desk.on('outbox', () => unsent.push([...tab.unsent, ...tab.texts()]));
  await send(tab, chat, 'mine').done;
  assert.deepEqual(tab.unsent, ['mine: sending'], 'it stays in sight until it has its place');
  await until(() => tab.seqs.length === 4);
  assert.deepEqual(tab.texts(), ['hello', 'lost', 'mine']);
  assert.deepEqual(tab.unsent, []);
  for (const seen of unsent) assert.ok(seen.some((one) => one.startsWith('mine')));
});

test('a message that is removed leaves nothing of its text with the client, not even where its fate was open', async () => {
  const { browser, tab, chat } = await inChat();
  server.next('message.send', (frame, peer) => {
    server.append(
      chat,
      {
        type: 'message',
        id: frame.id,
        person: peer.person,
        from: tab.events[1].from,
        text: null,
        redacted: true,
        files: [],
      },
      { silently: true },
    );
    server.append(chat, { type: 'message.redacted', of: 3 }, { silently: true });
    peer.socket.terminate();
    // No answer ever comes: it is the event that settles it.
    server.next('message.send', () => {});
  });
  send(tab, chat, '4111 1111 1111 1111');
  assert.equal(browser.storage.valuesWith('4111').length, 1);
  await until(() => tab.seqs.length === 4);
  await until(() => tab.desk.outbox().length === 0);
  assert.deepEqual(browser.storage.valuesWith('4111'), []);
  assert.deepEqual(
    tab.events.slice(2).map(({ type, text, of }) => [type, text, of]),
    [
      ['message', null, undefined],
      ['message.redacted', undefined, 3],
    ],
  );
});

test('typing and reading are told now and then, the newest of each, and not at all without a line', async () => {
  const { tab, chat } = await inChat();
  for (const upto of [1, 2]) tab.desk.cast('read', { chat, upto });
  for (const on of [true, true, true, false]) tab.desk.cast('typing', { chat, on });
  await until(() => server.heardOf('read').length === 2);
  assert.deepEqual(
    server.heardOf('typing').map(({ on, id }) => [on, id]),
    [
      [true, undefined],
      [false, undefined],
    ],
  );
  assert.deepEqual(pluck(server.heardOf('read'), 'upto'), [1, 2]);
  server.refuseWith = 1013;
  await cut(tab);
  tab.desk.cast('typing', { chat, on: true });
  server.refuseWith = null;
  await until(() => tab.live);
  await send(tab, chat, 'end').done;
  assert.equal(server.heardOf('typing').length, 2);
});

test('news and refusals without an id reach the page; fields that are undefined do not reach the desk', async () => {
  const { tab } = await inChat();
  for (const peer of server.peers) {
    say(peer, { type: 'queue.position', chat: 'c', position: 2, wait_s: null });
    say(peer, { type: 'error', code: 'not_found', message: "This chat doesn't exist, or you can't see it." });
    say(peer, { type: 'something.new', of: 'a later version' });
  }
  await until(() => tab.news.length === 2 && tab.errors.length === 1);
  assert.deepEqual(pluck(tab.news, 'type'), ['queue.position', 'something.new']);
  assert.equal(tab.errors[0].code, 'not_found');
  await tab.desk.commit('chat.start', { team: 'media', text: 'x', product: undefined, name: undefined }).done;
  assert.deepEqual(Object.keys(server.heardOf('chat.start').at(-1) ?? {}).sort(), [
    'id',
    'person',
    'team',
    'text',
    'type',
  ]);
});

test('a fault in a page’s own listener does not stop the desk', async () => {
  const { tab, chat } = await inChat();
  const faults = /** @type {unknown[]} */ ([]);
  const seen = (/** @type {unknown} */ error) => faults.push(error);
  const before = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', seen);
  const off = tab.desk.on('event', () => {
    throw new Error('the page’s fault');
  });
  await send(tab, chat, 'on').done;
  await until(() => faults.length === 1);
  off();
  await send(tab, chat, 'and on').done;
  process.off('uncaughtException', seen);
  for (const listener of before) process.on('uncaughtException', listener);
  assert.deepEqual(tab.texts(), ['hello', 'on', 'and on']);
});

test('an agent’s notes and messages are shown in one order, and closing brings the closing event', async () => {
  server.begin('c', 'visitor');
  const tab = browserOf({ role: 'staff' }).open();
  tab.desk.on('hello', (ok) => {
    for (const { chat } of ok.chats) tab.desk.follow(chat, tab.desk.lastSeq(chat));
  });
  await until(() => tab.resumed.length);
  const sent = [
    tab.desk.commit('note.add', { chat: 'c', text: 'a note' }),
    tab.desk.commit('message.send', { chat: 'c', text: 'a reply' }),
    tab.desk.commit('chat.end', { chat: 'c' }),
  ];
  const [, , closed] = await Promise.all(sent.map(({ done }) => done));
  assert.equal(closed.ticket, 7);
  await until(() => tab.seqs.length === 4);
  assert.deepEqual(pluck(tab.events, 'type'), ['chat.started', 'note', 'message', 'chat.closed']);
  assert.equal(tab.events[1].from.name, 'Mateo');
});
