import assert from 'node:assert/strict';
import test, { afterEach, beforeEach } from 'node:test';
import { DeskError } from '../../../widgets/shared/static/client/desk.js';
import { ANOTHER } from '../../../widgets/shared/static/client/line.js';
import { Browser } from './support/browser.js';
import { DeskServer, refuse, say } from './support/desk_server.js';
import { until } from './support/waiting.js';

/** @type {DeskServer} */
let server;
/** @type {Browser[]} */
let browsers;

beforeEach(async () => {
  server = await DeskServer.open();
  browsers = [];
});
afterEach(async () => {
  for (const browser of browsers) browser.close();
  await server.close();
});

/** @param {ConstructorParameters<typeof Browser>[1]} [options] */
function browserOf(options) {
  const browser = new Browser(server, options);
  browsers.push(browser);
  return browser;
}

/** A browser with one tab, live, in a chat. @param {ConstructorParameters<typeof Browser>[1]} [options] */
async function inChat(options) {
  const browser = browserOf(options);
  const tab = browser.open();
  await until(() => tab.live);
  const { done } = tab.desk.commit('chat.start', { team: 'media', text: 'hello' });
  const { chat } = await done;
  await until(() => tab.seqs.length === 2);
  return { browser, tab, chat };
}

/** @param {any} tab @param {string} chat @param {string} text */
const send = (tab, chat, text) => tab.desk.commit('message.send', { chat, text });

/** The line is lost, and the tab knows. @param {import('./support/browser.js').Tab} tab */
async function cut(tab) {
  const before = tab.losses;
  server.cut();
  await until(() => tab.losses > before);
}

/** @param {string} text @returns {import('./support/desk_server.js').Frame[]} what is stored with it */
const storedWith = (text) =>
  [...server.chats.values()].flatMap(({ events }) => events).filter((event) => event.text === text);

// -- one tab -----------------------------------------------------------------------------

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

test('what an answer to a resume says and its replay left out is asked for again', async () => {
  const { tab, chat } = await inChat();
  server.append(chat, { type: 'message', text: 'left out', files: [] }, { silently: true });
  server.next('chat.resume', (frame, peer) => say(peer, { type: 'ok', id: frame.id, chat, seq: 3, state: 'active' }));
  tab.desk.follow(chat, 2);
  await until(() => tab.texts().includes('left out'));
  assert.deepEqual(tab.seqs, [1, 2, 3]);
});

test('a send that the desk never had goes again after the reconnect', async () => {
  const { tab, chat } = await inChat();
  server.next('message.send', (_frame, peer) => peer.socket.terminate());
  const { id, done } = send(tab, chat, 'again');
  assert.equal((await done).id, id);
  assert.deepEqual(
    server.heardOf('message.send').map((frame) => frame.id),
    [id, id],
  );
  assert.deepEqual(tab.texts(), ['hello', 'again']);
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
  assert.deepEqual(
    server.heardOf('message.send').map((frame) => frame.id),
    ids,
  );
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
  assert.deepEqual(
    next.events.map(({ type }) => type),
    ['chat.started', 'message'],
  );
  assert.equal(server.chats.size, 1);
});

test('the visitor is known again after a reload', async () => {
  const { browser, tab } = await inChat();
  const { visitor } = tab.hellos[0];
  tab.desk.stop();
  const next = browser.open();
  await until(() => next.live);
  assert.equal(next.hellos[0].visitor, visitor);
  assert.equal(server.visitors, 1);
  assert.equal(next.desk.hello?.visitor, visitor);
});

test('after a lost line each followed chat is resumed from the last event seen', async () => {
  const { tab, chat } = await inChat();
  const before = server.heardOf('chat.resume').length;
  server.refuseWith = 1013;
  await cut(tab);
  server.append(chat, { type: 'message', text: 'meanwhile', files: [] });
  server.refuseWith = null;
  await until(() => tab.texts().includes('meanwhile'));
  assert.deepEqual(
    server
      .heardOf('chat.resume')
      .slice(before)
      .map(({ after }) => after),
    [2],
  );
  assert.equal(tab.replays.at(-1), true);
  assert.deepEqual(tab.seqs, [1, 2, 3]);
});

test('a hole is repaired before anything after it is shown', async () => {
  const { tab, chat } = await inChat();
  server.append(chat, { type: 'message', text: 'lost', files: [] }, { silently: true });
  server.append(chat, { type: 'message', text: 'after', files: [] });
  await until(() => tab.seqs.length === 4);
  assert.deepEqual(tab.texts(), ['hello', 'lost', 'after']);
  assert.deepEqual(tab.seqs, [1, 2, 3, 4]);
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

test('notes that a customer may not see make no hole, and an own message after one is shown all the same', async () => {
  const { tab, chat } = await inChat();
  server.append(chat, { type: 'note', text: 'between us' });
  server.append(chat, { type: 'message', text: 'theirs', files: [] });
  await until(() => tab.seqs.length === 3);
  assert.deepEqual(tab.seqs, [1, 2, 4]);
  server.append(chat, { type: 'note', text: 'between us' });
  await send(tab, chat, 'mine').done;
  await until(() => tab.seqs.length === 4);
  assert.deepEqual(tab.seqs, [1, 2, 4, 6]);
  assert.equal(server.heardOf('chat.resume').length, 1, 'only the one by which the chat began: nothing was missing');
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

test('one’s own removal is told from its ok', async () => {
  const { tab, chat } = await inChat();
  const { seq } = await send(tab, chat, 'a slip').done;
  await tab.desk.commit('message.redact', { chat, of: seq, reason: 'a slip' }).done;
  await until(() => tab.seqs.length === 4);
  assert.deepEqual([tab.events[3].type, tab.events[3].of], ['message.redacted', seq]);
  assert.equal(server.heardOf('chat.resume').length, 1);
});

test('an event that comes twice is shown once', async () => {
  const { tab, chat } = await inChat();
  const event = server.append(chat, { type: 'message', text: 'twice', files: [] });
  for (const peer of server.peers) server.show(peer, event);
  server.append(chat, { type: 'message', text: 'end', files: [] });
  await until(() => tab.texts().includes('end'));
  assert.deepEqual(tab.texts(), ['hello', 'twice', 'end']);
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
  assert.deepEqual(
    server.heardOf('message.send').map((frame) => frame.id),
    [id, id],
  );
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

test('what cannot be stored just now is sending, with the reason, until it is stored', async () => {
  const { tab, chat } = await inChat();
  server.next('message.send', (frame, peer) => {
    refuse(peer, frame, { code: 'unavailable', message: 'Later.', retry_after_s: 0.01 });
  });
  /** @type {any[]} */
  const seen = [];
  tab.desk.on('outbox', (entries) => seen.push(...entries.map(({ status, refusal }) => `${status} ${refusal?.code}`)));
  await send(tab, chat, 'kept').done;
  assert.ok(seen.includes('sending unavailable'));
  assert.ok(!seen.some((one) => one.startsWith('failed')));
  assert.deepEqual(tab.texts(), ['hello', 'kept']);
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
  assert.deepEqual(
    server.chats
      .get(chat)
      ?.events.filter(({ type }) => type === 'message')
      .map(({ text }) => text),
    ['hello', ...texts],
  );
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

for (const code of [4001, 4003, 4004, 4010]) {
  test(`closed with ${code} the desk stops, says so, keeps what is unsent, and starts again when it is told to`, async () => {
    const { tab, chat } = await inChat();
    server.hangUp(code);
    await until(() => tab.desk.state.line === 'stopped');
    assert.equal(tab.desk.state.code, code);
    const { connections } = server;
    tab.window.dispatchEvent(new Event('online'));
    await assert.rejects(tab.desk.command('presence.set', { status: 'away' }), { code: 'unavailable' });
    const { done } = send(tab, chat, 'kept');
    assert.equal(server.connections, connections);
    tab.desk.start();
    await done;
    await until(() => tab.texts().includes('kept'));
  });
}

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

test('a chat that is not theirs: the page learns which, and goes on', async () => {
  const { tab } = await inChat();
  tab.desk.follow('another');
  await until(() => tab.errors.length);
  assert.deepEqual([tab.errors[0].code, tab.errors[0].chat], ['not_found', 'another']);
  assert.ok(tab.live);
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
  assert.deepEqual(
    server
      .heardOf('chat.resume')
      .slice(before)
      .map(({ after }) => after),
    [0, 0],
  );
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
  assert.deepEqual(
    server.heardOf('read').map(({ upto }) => upto),
    [1, 2],
  );
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
  assert.deepEqual(
    tab.news.map(({ type }) => type),
    ['queue.position', 'something.new'],
  );
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

test('sign-out: token, unsent text and line go; who starts afterwards is somebody new', async () => {
  const { browser, tab, chat } = await inChat();
  server.next('message.send', () => {});
  const { done } = send(tab, chat, 'unsent');
  tab.desk.forget();
  await assert.rejects(done, { code: 'discarded' });
  assert.equal(tab.desk.state.line, 'stopped');
  assert.equal(tab.desk.hello, null);
  assert.equal(browser.storage.length, 0);
  tab.desk.start();
  await until(() => tab.live);
  assert.equal(server.visitors, 2);
  assert.equal(tab.hellos.at(-1).visitor, 'visitor-2');
});

test('a sign-out ends the token that was kept here, and not the one of who starts afterwards', async () => {
  /** @type {string[]} */
  const ended = [];
  const browser = browserOf();
  /** @param {string} url @param {RequestInit} init */
  const fetched = async (url, init) => {
    ended.push(`${init.method} ${url} ${new Headers(init.headers).get('Authorization')}`);
    return new Response(null, { status: 204 });
  };
  const tab = browser.open({ env: { fetch: fetched } });
  await until(() => tab.live);
  const { token } = tab.desk;
  tab.desk.signOut();
  tab.desk.start();
  await until(() => tab.live && tab.desk.token !== null);
  assert.notEqual(tab.desk.token, token);
  assert.deepEqual(ended, [`DELETE /api/session Bearer ${token}`]);
});

/** @param {string} sub @param {string} [more] */
const proofOf = (sub, more = '') =>
  ['{"alg":"HS256","kid":"site"}', JSON.stringify({ sub, name: `Zoë${more}` }), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

test('a proof of who the customer is goes with hello, and a renewed one on the line that is there', async () => {
  const browser = browserOf();
  const tab = browser.open();
  tab.desk.identify(proofOf('ana'));
  await until(() => tab.live);
  assert.equal(server.heardOf('hello')[0].identity, proofOf('ana'));
  tab.desk.identify(proofOf('ana'));
  tab.desk.identify(proofOf('ana', ' again'));
  await until(() => server.heardOf('identify').length === 1);
  assert.equal(server.heardOf('identify')[0].identity, proofOf('ana', ' again'));
  await cut(tab);
  await until(() => tab.live);
  assert.equal(server.heardOf('hello')[1].identity, proofOf('ana', ' again'), 'the newest one');
  assert.equal(server.visitors, 1);
});

test('who somebody is proven to be is known once the desk has taken it, in every tab, and told', async () => {
  const browser = browserOf();
  const one = browser.open();
  await until(() => one.live);
  assert.equal(one.desk.proof, null);
  const hellos = one.hellos.length;
  server.next('identify', (_, __, go) => {
    assert.equal(one.desk.proof, null, 'not before');
    go();
  });
  one.desk.identify(proofOf('ana'));
  await until(() => one.desk.proof?.name === 'Zoë');
  assert.equal(one.hellos.length, hellos + 1);
  const two = browser.open();
  await until(() => two.live);
  assert.deepEqual(two.desk.proof, { name: 'Zoë', email: null });
  two.desk.forget();
  assert.equal(two.desk.proof, null);
});

test('a proof that comes while hello is on its way is given as well', async () => {
  const browser = browserOf();
  const tab = browser.open();
  server.next('hello', (_, __, go) => {
    tab.desk.identify(proofOf('ana'));
    go();
  });
  await until(() => server.heardOf('identify').length === 1);
  await until(() => tab.desk.proof?.name === 'Zoë');
});

test('another account forgets what is kept of the one before it, in every tab', async () => {
  const browser = browserOf();
  const one = browser.open();
  await until(() => one.live);
  one.desk.identify(proofOf('ana'));
  const two = browser.open();
  await until(() => two.live);
  const { chat } = await one.desk.commit('chat.start', { team: 'media', text: 'of ana' }).done;
  server.next('message.send', () => {});
  const { done } = send(one, chat, 'of ana, unsent');
  let forgotten = 0;
  one.desk.on('forgotten', () => {
    forgotten += 1;
  });
  two.desk.identify(proofOf('ben'));
  await assert.rejects(done, { code: 'discarded' });
  await until(() => two.live && server.heardOf('hello').at(-1)?.identity === proofOf('ben'));
  assert.equal(forgotten, 1);
  assert.equal(server.heardOf('hello').at(-1)?.token, undefined);
  assert.deepEqual([browser.storage.valuesWith('of ana'), two.desk.outbox()], [[], []]);
  await until(() => one.desk.hello?.visitor === 'visitor-2' && two.desk.token === 'token-of-visitor-2');
});

/** A browser of an account's, with a chat in which a message may or may not have been stored when the page went. */
async function left() {
  const browser = browserOf();
  const tab = browser.open();
  tab.desk.identify(proofOf('ana'));
  await until(() => tab.live);
  const { chat } = await tab.desk.commit('chat.start', { team: 'media', text: 'hello' }).done;
  // Stored, and its answer lost.
  server.next('message.send', (_frame, peer, go) => {
    peer.socket.terminate();
    server.refuseWith = 1013;
    go();
  });
  send(tab, chat, 'once');
  await until(() => storedWith('once').length === 1 && tab.losses > 0);
  tab.desk.stop();
  server.refuseWith = null;
  return { browser, chat, account: tab.desk.hello?.visitor };
}

test('what was written as an account waits for its proof, and is stored once', async () => {
  const { browser, chat, account } = await left();
  const tab = browser.open();
  await until(() => tab.live);
  assert.notEqual(tab.desk.hello?.visitor, account);
  assert.deepEqual(
    [tab.desk.guest, tab.desk.token, tab.desk.outbox()],
    [true, `token-of-${tab.desk.hello?.visitor}`, []],
  );
  const sent = server.heardOf('message.send').length;
  tab.desk.identify(proofOf('ana'));
  await until(() => tab.desk.hello?.visitor === account);
  tab.desk.follow(chat);
  await until(() => browser.storage.keysWith('outbox.').length === 0);
  assert.deepEqual([tab.desk.guest, tab.desk.token], [false, `token-of-${account}`]);
  assert.equal(server.heardOf('message.send').length, sent + 1);
  assert.equal(storedWith('once').length, 1);
  await until(() => tab.texts().length === 2);
  assert.deepEqual(tab.texts(), ['hello', 'once']);
});

test('a chat that a browser of an account’s began without the proof goes along with it, on the same page and on the next', async () => {
  const { browser, account } = await left();
  const tab = browser.open();
  await until(() => tab.live);
  const guest = tab.desk.hello?.visitor;
  const { chat } = await tab.desk.commit('chat.start', { team: 'media', text: 'as a guest' }).done;
  await cut(tab);
  await until(() => tab.live);
  assert.equal(tab.desk.hello?.visitor, guest, 'the same guest after a lost line');
  tab.desk.stop();
  const next = browser.open();
  next.desk.identify(proofOf('ana'));
  await until(() => next.desk.hello?.visitor === account);
  assert.ok(next.hellos.at(-1).chats.some((/** @type {{chat: string}} */ one) => one.chat === chat));
  assert.deepEqual(
    next.hellos.map(({ visitor }) => visitor),
    [account],
  );
});

test('what was written as somebody who is known no more fails, and is not sent as another', async () => {
  const { tab, browser, chat } = await inChat();
  server.refuseWith = 1013;
  await cut(tab);
  send(tab, chat, 'of nobody');
  tab.desk.stop();
  browser.storage.removeItem(browser.storage.keysWith('.token')[0]);
  server.refuseWith = null;
  const next = browser.open();
  await until(() => next.unsent.includes('of nobody: failed'));
  assert.equal(next.desk.outbox()[0].refusal?.code, 'not_found');
  assert.deepEqual(server.heardOf('message.send'), []);
});

test('a visitor who is proven later goes on as the same, and what they had not sent is sent', async () => {
  const { tab, chat } = await inChat();
  server.refuseWith = 1013;
  await cut(tab);
  const { done } = send(tab, chat, 'before the proof');
  tab.desk.identify(proofOf('ana'));
  server.refuseWith = null;
  await done;
  assert.deepEqual([server.visitors, tab.desk.hello?.visitor], [1, 'visitor-1']);
});

test('a proof that is refused is told', async () => {
  const { tab } = await inChat();
  server.next('identify', (frame, peer) =>
    refuse(peer, frame, { code: 'unauthorized', message: 'This identity has expired.' }),
  );
  tab.desk.identify(proofOf('ana'));
  await until(() => tab.errors.length === 1);
  assert.equal(tab.errors[0].code, 'unauthorized');
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

// -- several tabs ------------------------------------------------------------------------

/** Two tabs of one browser; the first holds the socket. */
async function twoTabs() {
  const { browser, tab: one, chat } = await inChat();
  const two = browser.open();
  two.desk.follow(chat);
  await until(() => two.seqs.length === 2);
  return { browser, one, two, chat };
}

test('one socket serves all tabs, and two first visits at once make one visitor', async () => {
  const browser = browserOf();
  const [one, two] = [browser.open(), browser.open()];
  await until(() => one.live && two.live);
  assert.equal(server.connections, 1);
  assert.equal(server.visitors, 1);
  assert.deepEqual([one.desk.state.leader, two.desk.state.leader], [true, false]);
  assert.equal(one.hellos[0].visitor, two.hellos[0].visitor);
});

test('each tab sees every event once, whoever wrote it and whichever holds the socket', async () => {
  const { one, two, chat } = await twoTabs();
  await send(two, chat, 'from the second').done;
  await send(one, chat, 'from the first').done;
  server.append(chat, { type: 'message', text: 'theirs', files: [] });
  for (const tab of [one, two]) {
    await until(() => tab.seqs.length === 5);
    assert.deepEqual(tab.texts(), ['hello', 'from the second', 'from the first', 'theirs']);
    assert.deepEqual(tab.desk.outbox(), []);
  }
  assert.equal(server.connections, 1);
});

test('a tab that opens later learns how things stand now, not when the line was opened; the others hear nothing of it', async () => {
  const browser = browserOf({ role: 'staff' });
  const one = browser.open();
  await until(() => one.live);
  await one.desk.command('presence.set', { status: 'available' });
  for (const peer of server.peers) say(peer, { type: 'queues', queues: [{ team: 'media', waiting: 3 }] });
  await until(() => one.news.length);
  const two = browser.open();
  await until(() => two.hellos.length);
  assert.equal(two.hellos[0].status, 'available');
  assert.equal(two.hellos[0].queues[0].waiting, 3);
  const three = browser.open();
  await until(() => three.hellos.length);
  await two.desk.command('presence.set', { status: 'away' });
  assert.deepEqual([one.hellos.length, two.hellos.length, three.hellos.length], [1, 1, 1]);
});

test('what is unsent is seen in every tab, and settled in every tab', async () => {
  const { one, two, chat } = await twoTabs();
  server.next('message.send', (frame, peer) => refuse(peer, frame, { code: 'forbidden', message: 'No.' }));
  const { id, done } = send(two, chat, 'try');
  await assert.rejects(done, { code: 'forbidden' });
  await until(() => one.unsent[0] === 'try: failed' && two.unsent[0] === 'try: failed');
  await one.desk.retry(id);
  await until(() => two.texts().includes('try'));
  assert.deepEqual([one.unsent, two.unsent], [[], []]);
  assert.deepEqual(
    server.heardOf('message.send').map((frame) => frame.id),
    [id, id],
  );
});

test('when the tab with the socket goes, the other takes over where it stood, as the same visitor', async () => {
  const { one, two, chat } = await twoTabs();
  server.next('message.send', () => {
    one.desk.stop();
  });
  const { id, done } = send(two, chat, 'through the change');
  assert.equal((await done).id, id);
  assert.equal(two.desk.state.leader, true);
  server.append(chat, { type: 'message', text: 'theirs', files: [] });
  await until(() => two.texts().includes('theirs'));
  assert.deepEqual(two.texts(), ['hello', 'through the change', 'theirs']);
  assert.equal(server.visitors, 1);
  assert.equal(storedWith('through the change').length, 1);
});

test('what a tab wrote is sent by the others when it is closed at once', async () => {
  const { browser, one, two, chat } = await twoTabs();
  server.refuseWith = 1013;
  await Promise.all([cut(one), cut(two)]);
  send(two, chat, 'and closed');
  two.desk.stop();
  server.refuseWith = null;
  await until(() => one.texts().includes('and closed'));
  assert.equal(browser.storage.keysWith('outbox.').length, 0);
});

test('without a shared storage the hand-over keeps visitor and unsent text too', async () => {
  const browser = browserOf();
  const one = browser.open({ storage: null });
  await until(() => one.live);
  const two = browser.open({ storage: null });
  await until(() => two.live);
  const { chat } = await two.desk.commit('chat.start', { team: 'media', text: 'hello' }).done;
  server.next('message.send', () => {
    one.desk.stop();
  });
  await send(two, chat, 'kept').done;
  await until(() => two.texts().length === 2);
  assert.equal(server.visitors, 1);
});

test('a leading tab that is frozen loses the lead to the one that is looked at', async () => {
  const browser = browserOf();
  let frozen = false;
  const Channel = class extends BroadcastChannel {
    /** @override @param {unknown} message */
    postMessage(message) {
      if (!frozen) super.postMessage(message);
    }
  };
  const one = browser.open({ env: { BroadcastChannel: Channel } });
  await until(() => one.live);
  const two = browser.open({ env: { setTimeout: (run, ms) => setTimeout(run, ms / 100) } });
  await until(() => two.live);
  const { chat } = await two.desk.commit('chat.start', { team: 'media', text: 'hello' }).done;
  await until(() => two.texts().length === 1);
  assert.equal(two.desk.state.leader, false, 'one that answers keeps the lead');
  frozen = true;
  await send(two, chat, 'in spite of it').done;
  assert.deepEqual([one.desk.state.leader, two.desk.state.leader], [false, true]);
  frozen = false;
  await until(() => one.live);
  assert.equal(server.visitors, 1);
  assert.equal(storedWith('in spite of it').length, 1);
});

test('where there are no locks each tab has a socket of its own, and what one settled is settled in the other', async () => {
  const browser = browserOf({ locks: false });
  const one = browser.open();
  await until(() => one.live);
  const { chat } = await one.desk.commit('chat.start', { team: 'media', text: 'hello' }).done;
  const two = browser.open();
  two.desk.follow(chat);
  await until(() => two.live && two.seqs.length === 2);
  assert.equal(server.connections, 2);
  assert.deepEqual([one.desk.state.leader, two.desk.state.leader], [true, true]);
  await send(two, chat, 'from the second').done;
  await until(() => one.texts().includes('from the second'));
  assert.deepEqual(one.texts(), two.texts());
  assert.equal(server.visitors, 1);
});

test('sign-out in one tab is sign-out in all', async () => {
  const { browser, one, two } = await twoTabs();
  two.desk.forget();
  await until(() => one.desk.state.line === 'stopped' && two.desk.state.line === 'stopped');
  assert.equal(one.desk.hello, null);
  assert.equal(browser.storage.length, 0);
});

test('sign-out in a tab that has not started yet is sign-out in all, once it does', async () => {
  const { browser, one, two, chat } = await twoTabs();
  let forgotten = 0;
  one.desk.on('forgotten', () => {
    forgotten += 1;
  });
  two.desk.on('forgotten', () => {
    forgotten += 1;
  });
  const three = browser.open({ starts: false });
  let told = 0;
  three.desk.on('forgotten', () => {
    told += 1;
  });
  three.desk.forget();
  three.desk.start();
  await until(
    () =>
      one.live &&
      two.live &&
      three.live &&
      one.desk.hello?.visitor === 'visitor-2' &&
      two.desk.hello?.visitor === 'visitor-2',
  );
  assert.deepEqual([forgotten, told], [2, 1], 'each once, the one that asked for it too');
  assert.equal(three.desk.hello?.visitor, 'visitor-2');
  assert.deepEqual(
    [one.desk.lastSeq(chat), two.desk.lastSeq(chat), browser.storage.valuesWith('visitor-1')],
    [0, 0, []],
  );
  two.desk.forget();
  await until(() => told === 2);
});

test('a tab that signs out before it starts, and is alone then, signs out the next time too', async () => {
  const browser = browserOf();
  const one = browser.open({ starts: false });
  let forgotten = 0;
  one.desk.on('forgotten', () => {
    forgotten += 1;
  });
  one.desk.forget();
  one.desk.start();
  await until(() => one.live);
  const two = browser.open();
  await until(() => two.live);
  two.desk.forget();
  await until(() => forgotten === 2 && one.desk.state.line === 'stopped');
});

test('another account in a tab that has not started yet: what is of the one before is gone in every tab, and goes out nowhere', async () => {
  const browser = browserOf();
  const one = browser.open();
  one.desk.identify(proofOf('ana'));
  await until(() => one.live);
  const visitor = one.desk.hello?.visitor;
  server.next('chat.start', (frame, peer) =>
    refuse(peer, frame, { code: 'unavailable', message: 'Not just now.', retry_after_s: 0.2 }),
  );
  const { done } = one.desk.commit('chat.start', { team: 'media', text: 'of ana' });
  await until(() => one.desk.outbox()[0]?.refusal?.code === 'unavailable');
  let forgotten = 0;
  one.desk.on('forgotten', () => {
    forgotten += 1;
  });
  const two = browser.open({ starts: false });
  two.desk.identify(proofOf('ben'));
  two.desk.start();
  await assert.rejects(done, { code: 'discarded' });
  await until(
    () =>
      one.live &&
      two.live &&
      one.desk.hello?.visitor === two.desk.hello?.visitor &&
      one.desk.hello?.visitor !== visitor,
  );
  assert.equal(server.heardOf('hello').at(-1)?.identity, proofOf('ben'));
  assert.deepEqual([forgotten, one.desk.outbox(), two.desk.outbox()], [1, [], []]);
  await two.desk.commit('chat.start', { team: 'media', text: 'of ben' }).done;
  assert.deepEqual(storedWith('of ana'), []);
});

test('a tab opened after the desk had stopped the line opens it for all', async () => {
  const { browser, one, two } = await twoTabs();
  server.hangUp(4010);
  await until(() => one.desk.state.line === 'stopped' && two.desk.state.line === 'stopped');
  assert.equal(two.desk.state.code, 4010);
  const three = browser.open();
  await until(() => one.live && two.live && three.live);
});

test('who takes over sends what others left in the storage unheard', async () => {
  const { browser, one, two, chat } = await twoTabs();
  const three = browser.open();
  three.desk.stop();
  send(three, chat, 'left behind');
  one.desk.stop();
  await until(() => two.texts().includes('left behind'));
});

// -- staff -------------------------------------------------------------------------------

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
  assert.deepEqual(
    tab.events.map(({ type }) => type),
    ['chat.started', 'note', 'message', 'chat.closed'],
  );
  assert.equal(tab.events[1].from.name, 'Mateo');
});

test('where somebody else is signed in when the line comes back, nothing is sent as theirs, and the line stops', async () => {
  const browser = browserOf({ role: 'staff' });
  server.begin('c', 'visitor');
  const tab = browser.open({ env: { another: (ok) => ok.staff !== 'agent-1' } });
  await until(() => tab.live);
  tab.desk.follow('c');
  await until(() => tab.seqs.length === 1);
  /** @type {import('./support/desk_server.js').Hand} */
  const another = (frame, peer) => {
    peer.greeted = true;
    say(peer, {
      type: 'ok',
      id: frame.id,
      staff: 'another',
      name: 'Ines',
      role: 'agent',
      epoch: server.epoch,
      chats: [],
      queues: [],
      teams: [],
    });
  };
  server.next('message.send', () => {});
  send(tab, 'c', 'on its way');
  await until(() => server.heardOf('message.send').length === 1);
  server.next('hello', another);
  server.cut();
  send(tab, 'c', 'written without a line');
  await until(() => tab.desk.state.line === 'stopped');
  assert.equal(tab.desk.state.code, ANOTHER);
  assert.deepEqual([tab.hellos.length, tab.lines.filter((line) => line === 'live').length], [1, 1]);
  assert.deepEqual(tab.unsent, ['on its way: sending', 'written without a line: sending']);

  // A tab that opens meanwhile learns it too.
  server.next('hello', another);
  const next = browser.open({ env: { another: (ok) => ok.staff !== 'agent-1' } });
  await until(() => server.heardOf('hello').length === 3 && next.desk.state.line === 'stopped');
  assert.equal(server.heardOf('message.send').length, 1);

  tab.desk.start();
  await until(() => storedWith('written without a line').length === 1);
});

test('somebody else is noticed by requests too', async () => {
  const browser = browserOf({ role: 'staff' });
  server.sockets = 'refuse';
  const tab = browser.open({ env: { another: () => true } });
  await until(() => tab.desk.state.line === 'stopped');
  assert.deepEqual([tab.desk.state.code, tab.hellos], [ANOTHER, []]);
});
