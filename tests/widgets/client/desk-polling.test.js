import assert from 'node:assert/strict';
import test from 'node:test';
import { FIRST_LOOK_MS } from '../../../widgets/shared/static/client/polling-socket.js';
import { FakeClock } from './support/clock.js';
import { browserOf, server } from './support/desk_setup.js';
import { until } from './support/waiting.js';
import { pluck } from '../support/pluck.js';

/** A tab with a clock that goes when it is told to. @param {'customer'|'staff'} [role] */
function tabOf(role = 'customer', browser = browserOf({ role })) {
  const clock = new FakeClock(Date.now());
  const { now, setTimeout, clearTimeout } = clock;
  const tab = browser.open({ env: { now, setTimeout, clearTimeout } });
  /** Live, over as many tries as it takes. */
  const goesLive = async () => {
    while (!tab.live) {
      await until(() => tab.desk.state.line !== 'connecting');
      clock.pass(tab.live ? 0 : Math.max(0, (tab.desk.state.retryAt ?? 0) - clock.at));
    }
  };
  return { browser, tab, clock, goesLive };
}

/** Requests by which frames were sent. */
const posts = () => server.wire.asked.filter(({ method }) => method === 'POST').length;

test('where WebSockets are refused, a chat goes by requests: each message once, in order, whatever is lost on the way', async () => {
  server.sockets = 'refuse';
  const { tab, clock, goesLive } = tabOf();
  await goesLive();
  const { chat } = await tab.desk.commit('chat.start', { team: 'media', text: 'hello' }).done;
  const sent = ['hello'];
  for (let round = 0; round < 4; round += 1) {
    for (let number = 0; number < 5; number += 1) {
      sent.push(`mine ${round}.${number}`);
      tab.desk.commit('message.send', { chat, text: sent.at(-1) });
    }
    const before = tab.losses;
    // An answer to a GET, a POST before the desk has it, one after, the whole line.
    if (round === 0) server.wire.lost = 1;
    if (round === 1) server.wire.cuts = { method: 'POST', taken: false };
    if (round === 2) server.wire.cuts = { method: 'POST', taken: true };
    if (round === 3) server.wire.lines.clear();
    if (round > 0) await until(() => tab.losses > before);
    server.wire.cuts = null;
    server.append(chat, { type: 'message', text: `theirs ${round}`, files: [] });
    await until(() => {
      // Somebody keeps looking at the clock.
      clock.pass(100);
      return tab.desk.outbox().length === 0 && tab.texts().includes(`theirs ${round}`);
    });
  }
  assert.deepEqual(
    tab.texts().filter((text) => !text.startsWith('theirs')),
    sent,
  );
  assert.deepEqual(
    pluck(tab.events, 'seq'),
    Array.from({ length: tab.events.length }, (_, at) => at + 1),
  );
  assert.deepEqual(
    pluck(server.chats.get(chat)?.events, 'text'),
    tab.events.map(({ text }) => text),
  );
  assert.equal(server.visitors, 1);
});

test('a message that no request can carry fails, and is not sent again and again with all behind it', async () => {
  server.sockets = 'refuse';
  const { tab, goesLive } = tabOf();
  await goesLive();
  const { chat } = await tab.desk.commit('chat.start', { team: 'media', text: 'hello' }).done;
  server.wire.most = 2_000;
  const { done } = tab.desk.commit('message.send', { chat, text: 'x'.repeat(3_000) });
  await assert.rejects(done, { code: 'too_large' });
  await tab.desk.commit('message.send', { chat, text: 'short' }).done;
  assert.deepEqual(tab.texts(), ['hello', 'short']);
  assert.equal(tab.losses, 2, 'of WebSockets: the line stayed');
});

test('staff go by requests too; once a WebSocket gets through they move to it, and nothing is lost, repeated, or to be seen of it', async () => {
  server.sockets = 'refuse';
  const { tab, clock, goesLive } = tabOf('staff');
  server.begin('c', 'visitor-9');
  await goesLive();
  tab.desk.follow('c');
  await until(() => tab.seqs.length === 1);
  tab.desk.commit('message.send', { chat: 'c', text: 'one' });
  await until(() => tab.texts().length === 1);
  server.sockets = 'pass';
  const lines = tab.lines.length;
  tab.desk.commit('message.send', { chat: 'c', text: 'two' });
  clock.pass(FIRST_LOOK_MS);
  tab.desk.commit('message.send', { chat: 'c', text: 'three' });
  server.append('c', { type: 'message', text: 'theirs', files: [] });
  await until(() => tab.hellos.length === 2);
  const before = posts();
  await tab.desk.commit('message.send', { chat: 'c', text: 'four' }).done;
  await until(() => tab.seqs.length === 6);
  assert.deepEqual(
    tab.texts().filter((text) => text !== 'theirs'),
    ['one', 'two', 'three', 'four'],
  );
  assert.deepEqual(tab.seqs, [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(tab.lines.slice(lines), [], 'it was live all the time');
  await until(() => server.peers.size === 1);
  assert.ok(posts() - before <= 1, 'but for the word that the line is not needed, nothing goes by requests any longer');
});

test('a proxy that takes WebSockets and lets nothing pass is found out after twice ten seconds, and by the next page at once', async () => {
  server.sockets = 'swallow';
  const { browser, tab, clock } = tabOf();
  for (const sockets of [1, 2]) {
    await until(() => server.upgraded === sockets);
    clock.pass(10_000);
    await until(() => tab.losses === sockets);
    clock.pass(1_000);
  }
  await until(() => tab.live);
  assert.equal(posts(), 1);
  clock.pass(FIRST_LOOK_MS);
  await until(() => server.upgraded === 3);
  clock.pass(10_000);
  await until(() => server.upgrades.clients.size === 0);
  assert.ok(tab.live, 'the look costs the line nothing');
  tab.desk.stop();
  const next = tabOf('customer', browser);
  await until(() => next.tab.live);
  assert.deepEqual(next.tab.lines, ['connecting', 'live']);
  server.sockets = 'pass';
  next.clock.pass(FIRST_LOOK_MS);
  await until(() => next.tab.hellos.length === 2);
  next.tab.desk.stop();
  const sockets = server.upgraded;
  const last = tabOf('customer', browser);
  await until(() => last.tab.live);
  assert.deepEqual(
    [server.upgraded - sockets, last.tab.lines],
    [1, ['connecting', 'live']],
    'the one after that begins with a WebSocket again',
  );
});
