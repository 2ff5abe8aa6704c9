import assert from 'node:assert/strict';
import test from 'node:test';
import { ANOTHER } from '../../../widgets/shared/static/client/connection.js';
import { refuse, say } from './support/desk_server.js';
import { browserOf, cut, inChat, proofOf, send, server, storedWith, twoTabs } from './support/desk_setup.js';
import { until } from './support/waiting.js';
import { pluck } from '../support/pluck.js';

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

test('sign-out: token, unsent text and line go; who starts afterwards is somebody new', async () => {
  const { browser, tab, chat } = await inChat();
  server.next('message.send', () => {});
  const { done } = send(tab, chat, 'unsent');
  // A reply to a ticket waits here too, whether or not this page knows of it.
  tab.desk.customer.kept.set('reply.k1', 'unsent');
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
  const { token } = tab.desk.customer;
  tab.desk.signOut();
  tab.desk.start();
  await until(() => tab.live && tab.desk.customer.token !== null);
  assert.notEqual(tab.desk.customer.token, token);
  assert.deepEqual(ended, [`DELETE /api/session Bearer ${token}`]);
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
  const three = browser.open({ starts: false });
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
  assert.deepEqual(
    [one.forgotten, two.forgotten, three.forgotten],
    [1, 1, 1],
    'each once, the one that asked for it too',
  );
  assert.equal(three.desk.hello?.visitor, 'visitor-2');
  assert.deepEqual(
    [one.desk.lastSeq(chat), two.desk.lastSeq(chat), browser.storage.valuesWith('visitor-1')],
    [0, 0, []],
  );
  two.desk.forget();
  await until(() => three.forgotten === 2);
});

test('what the leading tab still says of the former session does not undo a sign-out in another tab', async () => {
  const { browser, one, two } = await twoTabs();
  const name = `switchboard.2.${browser.scope}`;
  const tabs = new BroadcastChannel(name);
  /** @type {Promise<object>} */
  const late = new Promise((resolve) => {
    tabs.onmessage = ({ data }) => data.kind === 'hello' && resolve(data);
  });
  browser.open();
  const hello = await late;
  const { length } = two.hellos;
  two.desk.forget();
  tabs.postMessage({ ...hello, session: 'late' });
  two.desk.start();
  await until(() => one.forgotten === 1 && two.hellos.length > length);
  assert.deepEqual(
    two.hellos.slice(length).map(({ visitor }) => visitor),
    ['visitor-2'],
  );
  assert.equal(two.forgotten, 1, 'once, when it signed out: what was typed since stays');
  tabs.close();
});

test('a sign-out reaches the tab that leads next, if the leading tab closes before it hears of it', async () => {
  const { browser, one, two } = await twoTabs();
  const three = browser.open();
  await until(() => three.live);
  three.desk.forget();
  one.desk.stop();
  three.desk.start();
  await until(() => two.forgotten === 1 && three.live && three.desk.hello !== null && two.live);
  assert.equal(three.forgotten, 1);
  assert.equal(two.desk.hello?.visitor, three.desk.hello?.visitor);
  assert.notEqual(three.desk.hello?.visitor, 'visitor-1');
  assert.deepEqual(browser.storage.valuesWith('visitor-1'), []);
});

test('a tab that signs out before it starts, and is alone then, signs out the next time too', async () => {
  const browser = browserOf();
  const one = browser.open({ starts: false });
  one.desk.forget();
  one.desk.start();
  await until(() => one.live);
  const two = browser.open();
  await until(() => two.live);
  two.desk.forget();
  await until(() => one.forgotten === 2 && one.desk.state.line === 'stopped');
});

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
  assert.equal(one.desk.customer.proof, null);
  const hellos = one.hellos.length;
  server.next('identify', (_, __, go) => {
    assert.equal(one.desk.customer.proof, null, 'not before');
    go();
  });
  one.desk.identify(proofOf('ana'));
  await until(() => one.desk.customer.proof?.name === 'Zoë');
  assert.equal(one.hellos.length, hellos + 1);
  const two = browser.open();
  await until(() => two.live);
  assert.deepEqual(two.desk.customer.proof, { name: 'Zoë', email: null });
  two.desk.forget();
  assert.equal(two.desk.customer.proof, null);
});

test('a proof that comes while hello is on its way is given as well', async () => {
  const browser = browserOf();
  const tab = browser.open();
  server.next('hello', (_, __, go) => {
    tab.desk.identify(proofOf('ana'));
    go();
  });
  await until(() => server.heardOf('identify').length === 1);
  await until(() => tab.desk.customer.proof?.name === 'Zoë');
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
  two.desk.identify(proofOf('ben'));
  await assert.rejects(done, { code: 'discarded' });
  await until(() => two.live && server.heardOf('hello').at(-1)?.identity === proofOf('ben'));
  assert.equal(one.forgotten, 1);
  assert.equal(server.heardOf('hello').at(-1)?.token, undefined);
  assert.deepEqual([browser.storage.valuesWith('of ana'), two.desk.outbox()], [[], []]);
  await until(() => one.desk.hello?.visitor === 'visitor-2' && two.desk.customer.token === 'token-of-visitor-2');
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
  assert.deepEqual([one.forgotten, one.desk.outbox(), two.desk.outbox()], [1, [], []]);
  await two.desk.commit('chat.start', { team: 'media', text: 'of ben' }).done;
  assert.deepEqual(storedWith('of ana'), []);
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
    [tab.desk.customer.guest, tab.desk.customer.token, tab.desk.outbox()],
    [true, `token-of-${tab.desk.hello?.visitor}`, []],
  );
  const sent = server.heardOf('message.send').length;
  tab.desk.identify(proofOf('ana'));
  await until(() => tab.desk.hello?.visitor === account);
  tab.desk.follow(chat);
  await until(() => browser.storage.keysWith('outbox.').length === 0);
  assert.deepEqual([tab.desk.customer.guest, tab.desk.customer.token], [false, `token-of-${account}`]);
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
  assert.deepEqual(pluck(next.hellos, 'visitor'), [account]);
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

test('who goes on as a guest in place of a refused identity is a visitor, and proven again the same as before', async () => {
  const browser = browserOf();
  const tab = browser.open({ starts: false });
  // Every time: the tab tries again by itself, perhaps before this test goes on.
  server.hands.set('hello', (frame, peer, go) => {
    if (frame.identity === proofOf('ana')) refuse(peer, frame, { code: 'unauthorized', message: 'It has expired.' });
    else go();
  });
  tab.desk.identify(proofOf('ana'));
  tab.desk.start();
  await until(() => tab.errors.length > 0);
  tab.desk.identify(null);
  await until(() => tab.live);
  assert.equal(server.heardOf('hello').at(-1)?.identity, undefined);
  assert.equal(tab.desk.customer.guest, true);
  tab.desk.identify(null);
  tab.desk.identify(proofOf('ana', ' again'));
  await until(() => tab.desk.customer.proof !== null && !tab.desk.customer.guest);
});

test('who goes on as a guest while the desk takes the identity after all is proven, and stays so on the next line', async () => {
  const browser = browserOf();
  const tab = browser.open({ starts: false });
  server.next('hello', (_, __, go) => {
    tab.desk.identify(null);
    go();
  });
  tab.desk.identify(proofOf('ana'));
  tab.desk.start();
  await until(() => tab.live);
  await cut(tab);
  await until(() => tab.live);
  assert.deepEqual(pluck(server.heardOf('hello'), 'identity'), [proofOf('ana'), proofOf('ana')]);
  assert.deepEqual([server.visitors, tab.desk.customer.guest], [1, false]);
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
