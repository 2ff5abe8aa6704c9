import assert from 'node:assert/strict';
import test from 'node:test';
import { DeskError } from '../../../widgets/shared/static/client/desk.js';
import { refuse } from './support/desk_server.js';
import { browserOf, cut, inChat, send, server, storedWith } from './support/desk_setup.js';
import { until } from './support/waiting.js';
import { pluck } from '../support/pluck.js';

test('a send whose fate is open is repeated with the same id, stored once and shown once', async () => {
  const { tab, chat } = await inChat();
  // It is stored, and the line is lost before the answer.
  server.next('message.send', (frame, peer) => {
    server.append(
      chat,
      { type: 'message', id: frame.id, person: peer.person, from: tab.events[1].from, text: frame.text, files: [] },
      { silently: true },
    );
    const { seq, at } = server.chats.get(chat)?.events.at(-1) ?? {};
    server.stored.set(`${peer.person} ${frame.id}`, { type: 'ok', id: frame.id, chat, seq, at });
    peer.socket.terminate();
  });
  const { id, done } = send(tab, chat, 'once');
  assert.deepEqual(tab.unsent, ['once: sending']);
  const ok = await done;
  assert.equal(ok.seq, 3);
  await until(() => tab.texts().includes('once'));
  assert.deepEqual(new Set(server.heardOf('message.send').map((frame) => frame.id)), new Set([id]));
  assert.equal(storedWith('once').length, 1);
  assert.deepEqual(tab.texts(), ['hello', 'once']);
  assert.deepEqual(tab.desk.outbox(), []);
});

test('unsent text survives a reload with its id, and is sent by the next page, in order', async () => {
  const { browser, tab, chat } = await inChat();
  server.refuseWith = 1013;
  await cut(tab);
  const ids = ['one', 'two', 'three'].map((text) => send(tab, chat, text).id);
  tab.desk.stop();
  const next = browser.open();
  assert.deepEqual(
    next.desk.outbox(chat).map(({ id, status }) => [id, status]),
    ids.map((id) => [id, 'sending']),
  );
  next.desk.follow(chat);
  server.refuseWith = null;
  await until(() => next.texts().length === 4);
  assert.deepEqual(next.texts(), ['hello', 'one', 'two', 'three']);
  await until(() => next.desk.outbox().length === 0);
  assert.deepEqual(pluck(server.heardOf('message.send'), 'id'), ids);
  assert.equal(browser.storage.keysWith('outbox.').length, 0);
});

test('a chat that was to begin when the page went is begun by the next one, once', async () => {
  const browser = browserOf();
  const tab = browser.open();
  await until(() => tab.live);
  server.next('chat.start', (_frame, peer, go) => {
    const { socket } = peer;
    peer.socket = /** @type {any} */ ({ readyState: -1 });
    go();
    socket.terminate();
    tab.desk.stop();
  });
  const { id } = tab.desk.commit('chat.start', { team: 'media', text: 'hello' });
  await until(() => tab.desk.state.line === 'stopped');
  const next = browser.open();
  const ok = await next.desk.done(id);
  assert.equal(ok.dup, true);
  await until(() => next.seqs.length === 2);
  assert.deepEqual(pluck(next.events, 'type'), ['chat.started', 'message']);
  assert.equal(server.chats.size, 1);
});

test('an error fails the entry with its reason; a retry sends it again with the same id', async () => {
  const { tab, chat } = await inChat();
  server.next('message.send', (frame, peer) =>
    refuse(peer, frame, { code: 'forbidden', message: 'This chat is with a colleague.', fields: { chat: 'no' } }),
  );
  const { id, done } = send(tab, chat, 'try');
  await assert.rejects(
    done,
    (error) =>
      error instanceof DeskError &&
      error.code === 'forbidden' &&
      error.message === 'This chat is with a colleague.' &&
      error.fields?.chat === 'no',
  );
  assert.deepEqual(
    tab.desk.outbox(chat).map(({ status, refusal }) => [status, refusal?.code]),
    [['failed', 'forbidden']],
  );
  const ok = await tab.desk.retry(id);
  assert.equal(ok.id, id);
  assert.deepEqual(pluck(server.heardOf('message.send'), 'id'), [id, id]);
  assert.deepEqual(tab.texts(), ['hello', 'try']);
});

test('a failed one is still there after a reload, with its reason, and is not sent by itself', async () => {
  const { browser, tab, chat } = await inChat();
  const { done } = send(tab, chat, ' ');
  await assert.rejects(done);
  tab.desk.stop();
  const next = browser.open();
  next.desk.follow(chat);
  await until(() => next.resumed.length);
  assert.deepEqual(
    next.desk.outbox().map(({ status, refusal }) => [status, refusal?.fields?.text]),
    [['failed', 'nothing in it']],
  );
  assert.equal(server.heardOf('message.send').length, 1);
  next.desk.discard(next.desk.outbox()[0].id);
  assert.deepEqual(next.desk.outbox(), []);
  assert.equal(browser.storage.keysWith('outbox.').length, 0);
});

test('twenty messages written at once, through three lost lines, arrive once each and in order', async () => {
  const { tab, chat } = await inChat();
  const texts = Array.from({ length: 20 }, (_, at) => `text ${at}`);
  const sent = texts.map((text) => send(tab, chat, text));
  for (const at of [3, 9, 15]) {
    await sent[at].done;
    await cut(tab);
  }
  await Promise.all(sent.map(({ done }) => done));
  await until(() => tab.texts().length === 21);
  assert.deepEqual(tab.texts(), ['hello', ...texts]);
  const stored = server.chats.get(chat)?.events.filter(({ type }) => type === 'message');
  assert.deepEqual(pluck(stored, 'text'), ['hello', ...texts]);
});

test('without a storage all works for as long as the page lives', async () => {
  const browser = browserOf();
  const tab = browser.open({ storage: null });
  const { chat } = await tab.desk.commit('chat.start', { team: 'media', text: 'hello' }).done;
  server.cut();
  await send(tab, chat, 'again').done;
  await until(() => tab.texts().length === 2);
  assert.equal(server.visitors, 1);
});
