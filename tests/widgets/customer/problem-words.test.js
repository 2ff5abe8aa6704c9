import assert from 'node:assert/strict';
import test, { afterEach, beforeEach } from 'node:test';
import { refuse } from '../client/support/desk_server.js';
import { until } from '../client/support/waiting.js';
import { AtDesk } from './support/at_desk.js';

const { retryUnstored } = await import('../../../widgets/customer/static/chat-commands.js');
const { problemWords } = await import('../../../widgets/customer/static/problem-words.js');

/** @type {AtDesk} */
let at;

beforeEach(async () => {
  at = await AtDesk.open();
});
afterEach(() => at.close());

/** @typedef {ReturnType<AtDesk['browser']>} Browser */

/** A page whose chat the desk would have begin later. @param {Browser} browser @param {string} code */
async function putOff(browser, code) {
  at.server.hands.set('chat.start', (frame, peer) =>
    refuse(peer, frame, { code, message: 'Later.', retry_after_s: 300 }),
  );
  const chat = at.page(browser);
  await until(() => chat.visit.phase === 'form');
  chat.beginning.fill({ text: 'Hello' });
  chat.beginning.submit({ isAddress: true });
  await until(() => chat.putOff !== null && chat.visit.teams.length > 0);
  return chat;
}

for (const [code, why] of [
  ['unavailable', 'Not sent, it can’t be saved right now.'],
  ['rate_limited', 'Not sent, too many at once.'],
]) {
  test(`a chat that is put off as ${code} says why, and begins when it is tried once more`, async () => {
    const chat = await putOff(at.browser(), code);
    assert.deepEqual([problemWords(chat), chat.stuck], [{ what: 'The chat hasn’t started yet.', why }, true]);
    at.server.hands.clear();
    retryUnstored(chat);
    await until(() => chat.visit.phase === 'queued');
    assert.deepEqual([problemWords(chat), chat.stuck, at.server.chats.size], [null, false, 1]);
  });
}

test('a chat that is put off can be taken back into the form, on the next page too, and is sent no more', async () => {
  const browser = at.browser();
  const first = await putOff(browser, 'unavailable');
  first.desk.stop();
  const chat = at.page(browser);
  await until(() => chat.putOff !== null && chat.visit.teams.length > 0);
  assert.equal(chat.visit.phase, 'starting');
  chat.beginning.withdraw();
  await until(() => chat.visit.phase === 'form');
  assert.deepEqual([chat.beginning.form.text, chat.desk.outbox(), problemWords(chat)], ['Hello', [], null]);
  at.server.hands.clear();
  chat.beginning.fill({ text: 'Hello again' });
  chat.beginning.submit({ isAddress: true });
  await until(() => chat.visit.phase === 'queued');
  assert.deepEqual(
    [...at.server.chats.values()].map(({ events }) => events[1].text),
    ['Hello again'],
  );
});

test('what cannot be stored of a conversation is said as ever', () => {
  assert.equal(problemWords({ alarm: null, stuck: true, putOff: null })?.what, 'We can’t save messages right now.');
});
