import assert from 'node:assert/strict';
import test from 'node:test';
import { following } from '../../../widgets/shared/static/client/ticket-follows.js';
import { refuse, say } from './support/desk_server.js';
import { browserOf, cut, send, server, storedWith, twoTabs } from './support/desk_setup.js';
import { until } from './support/waiting.js';
import { pluck } from '../support/pluck.js';

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

test('a ticket is not followed any more once its tab is gone, though another holds the socket', async () => {
  const { one, two } = await twoTabs();
  following(two.desk).follow(7);
  await until(() => server.heardOf('ticket.follow').length);
  two.desk.stop();
  await until(() => server.heardOf('ticket.unfollow').length);
  assert.deepEqual(pluck(server.heardOf('ticket.unfollow'), 'ticket'), [7]);
  assert.equal(one.desk.state.leader, true);
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
  assert.deepEqual(pluck(server.heardOf('message.send'), 'id'), [id, id]);
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
