import assert from 'node:assert/strict';
import test from 'node:test';
import { DeskError } from '../../../widgets/shared/static/client/desk.js';
import { refuse } from './support/desk_server.js';
import { browserOf, cut, inChat, send, server, storedWith } from './support/desk_setup.js';
import { until } from './support/waiting.js';
import { pluck } from '../support/pluck.js';

test('after a lost line each followed chat is resumed from the last event seen', async () => {
  const { tab, chat } = await inChat();
  const before = server.heardOf('chat.resume').length;
  server.refuseWith = 1013;
  await cut(tab);
  server.append(chat, { type: 'message', text: 'meanwhile', files: [] });
  server.refuseWith = null;
  await until(() => tab.texts().includes('meanwhile'));
  assert.deepEqual(pluck(server.heardOf('chat.resume').slice(before), 'after'), [2]);
  assert.equal(tab.replays.at(-1), true);
  assert.deepEqual(tab.seqs, [1, 2, 3]);
});

test('another epoch: all that was seen is void and comes again from the first event; what was not acknowledged is kept', async () => {
  const { tab, chat } = await inChat();
  await send(tab, chat, 'gone with the restore').done;
  server.next('message.send', (_frame, peer) => {
    server.epoch = 'epoch-2';
    server.chats.get(chat)?.events.splice(2);
    server.append(chat, { type: 'message', text: 'of the restored past', files: [] }, { silently: true });
    peer.socket.terminate();
  });
  const { id } = send(tab, chat, 'kept');
  await until(() => tab.texts().includes('kept'));
  assert.deepEqual(tab.resets, [chat]);
  assert.deepEqual(tab.texts(), ['hello', 'of the restored past', 'kept']);
  assert.equal(storedWith('kept')[0].id, id);
});

test('another epoch is noticed by the page after a reload too', async () => {
  const { browser, tab, chat } = await inChat();
  tab.desk.stop();
  server.epoch = 'epoch-2';
  const next = browser.open();
  next.desk.follow(chat, 2);
  await until(() => next.seqs.length === 2);
  assert.deepEqual(next.seqs, [1, 2]);
});

test('after 4204 everything is loaded again', async () => {
  const { tab, chat } = await inChat();
  server.hangUp(4204);
  await until(() => tab.resets.length && tab.seqs.length === 2);
  assert.deepEqual(tab.resets, [chat]);
});

test('a desk that closes the line for good stops it: unsent text is kept and goes out on the next start', async () => {
  const { tab, chat } = await inChat();
  server.hangUp(4010);
  await until(() => tab.desk.state.line === 'stopped');
  assert.equal(tab.desk.state.code, 4010);
  const { connections } = server;
  tab.window.dispatchEvent(new Event('online'));
  await assert.rejects(tab.desk.command('presence.set', { status: 'away' }), { code: 'unavailable' });
  const { done } = send(tab, chat, 'kept');
  assert.equal(server.connections, connections);
  tab.desk.start();
  await done;
  await until(() => tab.texts().includes('kept'));
});

test('it connects at once when the network is back, and when the page is looked at', async () => {
  const browser = browserOf();
  server.refuseWith = 1013;
  const tab = browser.open({ env: { random: () => 0.999_999 } });
  for (const wake of [
    () => tab.window.dispatchEvent(new Event('online')),
    () => tab.document.dispatchEvent(new Event('visibilitychange')),
  ]) {
    // Let the pauses grow well beyond this test's patience.
    while ((tab.desk.state.retryAt ?? 0) - Date.now() < 3_000) {
      await until(() => tab.desk.state.line === 'waiting');
      wake();
      await until(() => tab.desk.state.line === 'waiting' || tab.live);
    }
    server.refuseWith = null;
    wake();
    await until(() => tab.live);
    server.refuseWith = 1013;
    await cut(tab);
  }
});

test('it asks at once when the browser says that the network is gone', async () => {
  const { tab } = await inChat();
  const asked = server.heardOf('ping').length;
  const heard = Date.now();
  await until(() => Date.now() > heard, 'what was heard in this very moment is no sign of life in the next');
  tab.window.dispatchEvent(new Event('offline'));
  await until(() => server.heardOf('ping').length > asked);
});

test('a page that is left lets go of the line, and takes it up when it is come back to', async () => {
  const { tab, chat } = await inChat();
  tab.window.dispatchEvent(new Event('pagehide'));
  await until(() => server.peers.size === 0);
  server.append(chat, { type: 'message', text: 'meanwhile', files: [] });
  tab.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  await until(() => tab.texts().includes('meanwhile'));
  assert.deepEqual(tab.seqs, [1, 2, 3]);
});

test('a command waits for the line and is repeated after a lost one; with now it is refused instead', async () => {
  const browser = browserOf({ role: 'staff' });
  const tab = browser.open();
  await assert.rejects(
    tab.desk.command('presence.set', { status: 'away' }, { now: true }),
    (error) => error instanceof DeskError && error.code === 'unavailable',
  );
  const early = tab.desk.command('presence.set', { status: 'available' });
  assert.equal((await early).status, 'available');
  server.next('presence.set', (_frame, peer) => peer.socket.terminate());
  assert.equal((await tab.desk.command('presence.set', { status: 'away' })).status, 'away');
  server.next('presence.set', (_frame, peer) => peer.socket.terminate());
  await assert.rejects(tab.desk.command('presence.set', { status: 'away' }, { now: true }), { code: 'unavailable' });
  server.next('presence.set', (frame, peer) =>
    refuse(peer, frame, { code: 'invalid', message: 'capacity: At most 50.', fields: { capacity: 'At most 50.' } }),
  );
  await assert.rejects(tab.desk.command('presence.set', { status: 'away', capacity: 51 }), {
    code: 'invalid',
    fields: { capacity: 'At most 50.' },
  });
});

test('a resume that is put off is asked for again', async () => {
  const { tab, chat } = await inChat();
  server.next('chat.resume', (frame, peer) =>
    refuse(peer, frame, { code: 'rate_limited', message: 'One at a time.', retry_after_s: 0.01 }),
  );
  tab.desk.follow(chat, 0);
  await until(() => tab.seqs.length === 4);
  assert.deepEqual(tab.seqs, [1, 2, 1, 2], 'it was asked for again from the first');
  assert.deepEqual(tab.errors, []);
});

test('one that a page waits for is put off as well: the chat keeps its place, and the page has its answer', async () => {
  const { tab, chat } = await inChat();
  const before = server.heardOf('chat.resume').length;
  server.next('chat.resume', (frame, peer) =>
    refuse(peer, frame, { code: 'rate_limited', message: 'One at a time.', retry_after_s: 0.01 }),
  );
  const ok = await tab.desk.command('chat.resume', { chat, after: 2 });
  assert.equal(ok.seq, 2);
  assert.equal(server.heardOf('chat.resume').length, before + 2);
  server.append(chat, { type: 'message', text: 'theirs', files: [] });
  await until(() => tab.texts().includes('theirs'));
  assert.deepEqual([tab.seqs, tab.errors], [[1, 2, 3], []]);
});

test('a resume that is put off when the line is lost is asked for once on the next one', async () => {
  const { tab, chat } = await inChat();
  const before = server.heardOf('chat.resume').length;
  const resumed = tab.resumed.length;
  server.next('chat.resume', (frame, peer) => {
    refuse(peer, frame, { code: 'rate_limited', message: 'One at a time.', retry_after_s: 0.2 });
    setImmediate(() => server.cut());
  });
  tab.desk.follow(chat, 0);
  await until(() => tab.resumed.length > resumed);
  const late = Date.now() + 300;
  await until(() => Date.now() > late, 'what was put off would be due by now');
  assert.deepEqual(pluck(server.heardOf('chat.resume').slice(before), 'after'), [0, 0]);
  assert.deepEqual(tab.seqs, [1, 2, 1, 2]);
});

test('a desk that has less of a chat than was seen, in the same epoch: it is read from the first, and what is unsent is kept', async () => {
  const { tab, chat } = await inChat();
  for (const text of ['one', 'two']) await send(tab, chat, text).done;
  server.refuseWith = 1013;
  await cut(tab);
  const { done } = send(tab, chat, 'three');
  // An older copy of the store was put back, and nobody said so.
  server.chats.get(chat)?.events.splice(3);
  server.stored.clear();
  server.refuseWith = null;
  tab.window.dispatchEvent(new Event('online'));
  assert.equal((await done).seq, 4);
  await until(() => tab.texts().includes('three'));
  assert.deepEqual([tab.resets, tab.seqs, tab.texts()], [[chat], [1, 2, 3, 4], ['hello', 'one', 'three']]);
  assert.deepEqual(tab.desk.outbox(), []);
});
