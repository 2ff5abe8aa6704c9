import assert from 'node:assert/strict';
import test from 'node:test';
import { idsBy } from '../../../widgets/shared/static/client/ids.js';
import { Outbox } from '../../../widgets/shared/static/client/outbox.js';
import { Sender } from '../../../widgets/shared/static/client/sender.js';
import { Kept } from '../../../widgets/shared/static/client/storage.js';
import { FakeClock } from './support/clock.js';
import { MemoryStorage } from './support/memory_storage.js';
import { pluck } from '../support/pluck.js';

/** An outbox, what goes out of it, and the desk's answers. */
function desk({ live = true } = {}) {
  const clock = new FakeClock();
  const newId = idsBy(clock.now);
  const outbox = new Outbox(new Kept('s.', new MemoryStorage()));
  /** @type {any[]} */
  const sent = [];
  /** @type {Array<[string, any]>} */
  const gone = [];
  /** @type {Array<{done: (proof: string) => void, fail: (error: Error) => void}>} */
  const proofs = [];
  const prove = () => new Promise((done, fail) => proofs.push({ done, fail }));
  /** @type {any} */
  const env = {
    prove,
    now: clock.now,
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    random: () => 0,
  };
  const sender = new Sender({
    outbox,
    env,
    send: (frame) => sent.push(frame) > 0,
    on: { entry: () => {}, gone: (id, ok) => gone.push([id, ok]) },
  });
  if (live) sender.live({});
  const commit = (/** @type {string} */ text, { type = 'message.send', chat = 'c' } = {}) => {
    const id = newId();
    outbox.put({ id, type, fields: { chat, text }, status: 'sending', refusal: null, at: clock.at });
    sender.pump();
    return id;
  };
  const answer = (/** @type {any} */ frame) => {
    const command = sender.answered(frame);
    sender.settle(frame);
    return command;
  };
  return {
    clock,
    outbox,
    sender,
    sent,
    gone,
    commit,
    proofs,
    ok: (/** @type {string} */ id) => answer({ type: 'ok', id, seq: 1 }),
    refuse: (/** @type {string} */ id, /** @type {string} */ code, more = {}) =>
      answer({ type: 'error', id, code, message: `${code}.`, ...more }),
    texts: () => sent.map(({ text }) => text),
    states: () =>
      outbox
        .all()
        .map(({ fields, status, refusal }) => `${fields.text}: ${status}${refusal ? `, ${refusal.code}` : ''}`),
  };
}

test('one command of a chat is under way at a time; other chats do not wait for it', () => {
  const { commit, ok, texts } = desk();
  const one = commit('one');
  commit('two');
  commit('elsewhere', { chat: 'd' });
  assert.deepEqual(texts(), ['one', 'elsewhere']);
  ok(one);
  assert.deepEqual(texts(), ['one', 'elsewhere', 'two']);
});

test('after a lost line the same commands go again, with the same ids, in order', () => {
  const { commit, sender, sent, ok, outbox } = desk();
  const one = commit('one');
  const two = commit('two');
  sender.down();
  assert.equal(sent.length, 1);
  sender.live({});
  ok(one);
  ok(two);
  assert.deepEqual(pluck(sent, 'id'), [one, one, two]);
  assert.deepEqual(outbox.all(), []);
});

test('what is put off is shown as sending, goes again by itself after retry_after_s, and nothing overtakes it', () => {
  const { clock, commit, ok, refuse, states, texts } = desk();
  const one = commit('one');
  commit('two');
  refuse(one, 'rate_limited', { retry_after_s: 4 });
  assert.deepEqual(states(), ['one: sending, rate_limited', 'two: sending']);
  commit('three');
  clock.pass(3_999);
  assert.deepEqual(texts(), ['one']);
  clock.pass(1);
  assert.deepEqual(texts(), ['one', 'one']);
  ok(one);
  assert.deepEqual(texts(), ['one', 'one', 'two']);
});

test('a retry ends the pause of what is put off', () => {
  const { commit, refuse, sender, texts, clock } = desk();
  const one = commit('one');
  refuse(one, 'unavailable', { retry_after_s: 30 });
  sender.retry(one);
  assert.deepEqual(texts(), ['one', 'one']);
  clock.pass(60_000);
  assert.deepEqual(texts(), ['one', 'one'], 'and its timer with it');
});

test('what waited behind a message that fails is held, and goes with it when it is retried, in order', () => {
  const { commit, ok, refuse, sender, states, texts } = desk();
  const one = commit('one');
  const two = commit('two');
  commit('end', { type: 'chat.end' });
  refuse(one, 'invalid', { fields: { text: 'No.' } });
  assert.deepEqual(states(), ['one: failed, invalid', 'two: failed, held', 'end: failed, held']);
  sender.retry(one);
  ok(one);
  ok(two);
  assert.deepEqual(texts(), ['one', 'one', 'two', 'end']);
});

test('to discard the one that failed lets go what it held', () => {
  const { commit, refuse, sender, states, texts, gone } = desk();
  const one = commit('one');
  commit('two');
  refuse(one, 'too_large');
  sender.discard(one);
  assert.deepEqual(gone, [[one, null]]);
  assert.deepEqual(states(), ['two: sending']);
  assert.deepEqual(texts(), ['one', 'two']);
});

test('what is written after the failure, in sight of it, is sent', () => {
  const { commit, refuse, texts, states } = desk();
  refuse(commit('one'), 'invalid');
  commit('two');
  assert.deepEqual(texts(), ['one', 'two']);
  assert.deepEqual(states(), ['one: failed, invalid', 'two: sending']);
});

test('a refusal that is the chat’s is that of all behind it, but a rating still goes', () => {
  const { commit, refuse, states, texts } = desk();
  const one = commit('one');
  commit('two');
  commit('five stars', { type: 'chat.rate' });
  refuse(one, 'chat_closed', { ticket: 7 });
  assert.deepEqual(states(), ['one: failed, chat_closed', 'two: failed, chat_closed', 'five stars: sending']);
  assert.deepEqual(texts(), ['one', 'five stars']);
});

test('a command that is no message and is refused holds nothing', () => {
  const { commit, refuse, texts } = desk();
  const close = commit('close', { type: 'chat.close' });
  commit('one');
  refuse(close, 'invalid');
  assert.deepEqual(texts(), ['close', 'one']);
});

test('a frame that would close the connection is never sent: it fails here, and holds what is behind it', () => {
  const { commit, sender, states, texts } = desk({ live: false });
  const long = 'é'.repeat(70_000);
  commit(long);
  commit('two');
  sender.live({});
  assert.deepEqual(texts(), []);
  assert.deepEqual(states(), [`${long}: failed, too_large`, 'two: failed, held']);
});

test('where the desk takes less, that counts', () => {
  const { commit, sender, texts } = desk({ live: false });
  commit('x'.repeat(1_000));
  commit('short', { chat: 'd' });
  sender.live({ limits: { frame: 1_000 } });
  assert.deepEqual(texts(), ['short']);
});

test('an event with the id of a message is as good as its ok', () => {
  const { commit, sender, gone, outbox, ok, texts } = desk();
  const one = commit('one');
  commit('two');
  sender.stored({ type: 'message', id: one, chat: 'c', seq: 3, at: 'then' });
  assert.deepEqual(gone, [[one, { type: 'ok', id: one, chat: 'c', seq: 3, at: 'then', dup: true }]]);
  assert.equal(outbox.all().length, 1);
  assert.deepEqual(texts(), ['one'], 'its answer is still to come');
  assert.equal(ok(one)?.type, 'message.send');
  assert.deepEqual(texts(), ['one', 'two']);
});

test('a discarded one that is under way is still known when it is answered', () => {
  const { commit, sender, ok, outbox } = desk();
  const one = commit('one');
  sender.discard(one);
  assert.deepEqual(outbox.all(), []);
  assert.equal(ok(one)?.fields.text, 'one');
  assert.equal(ok('nobody’s'), null);
});

const settled = () => new Promise((go) => setImmediate(go));
const CHALLENGE = { challenge: { challenge: 'abc', bits: 18, expires_s: 300 } };

test('a command that needs a proof goes again with it, with the same id', async () => {
  const { commit, refuse, sent, states, proofs } = desk();
  const id = commit('hello', { type: 'chat.start' });
  refuse(id, 'proof_needed', CHALLENGE);
  assert.deepEqual(states(), ['hello: sending, proof_needed']);
  assert.equal(sent.length, 1);
  proofs[0].done('abc:42');
  await settled();
  assert.deepEqual(
    sent.map((frame) => [frame.id, frame.proof]),
    [
      [id, undefined],
      [id, 'abc:42'],
    ],
  );
});

test('a proof that is wanted no more is given up', async () => {
  const { commit, refuse, sender, sent, proofs } = desk();
  const id = commit('hello', { type: 'chat.start' });
  refuse(id, 'proof_needed', CHALLENGE);
  sender.discard(id);
  proofs[0].done('abc:42');
  await settled();
  assert.equal(sent.length, 1);
});

test('after a lost line the work goes on, and a newer challenge takes its place', async () => {
  const { commit, refuse, sender, sent, proofs } = desk();
  const id = commit('hello', { type: 'chat.start' });
  refuse(id, 'proof_needed', CHALLENGE);
  sender.down();
  sender.live({});
  refuse(id, 'proof_needed', { challenge: { challenge: 'def', bits: 18, expires_s: 300 } });
  proofs[0].done('abc:42');
  proofs[1].done('def:7');
  await settled();
  assert.deepEqual(pluck(sent, 'proof'), [undefined, undefined, 'def:7']);
});

test('work that cannot be done fails the command', async () => {
  const { commit, refuse, states, proofs } = desk();
  const id = commit('hello', { type: 'chat.start' });
  refuse(id, 'proof_needed', CHALLENGE);
  proofs[0].fail(new RangeError('too long'));
  await settled();
  assert.deepEqual(states(), ['hello: failed, proof_needed']);
});
