import assert from 'node:assert/strict';
import test from 'node:test';
import { COLLEAGUE, ME, CUSTOMER, STAFF, TOM, about, goes, working } from './support/working.js';

test('a colleague’s chat is looked at, by a supervisor unseen, and can be taken over', async () => {
  const { desk, work } = working([]);
  work.me = { ...ME, role: 'supervisor' };
  goes(work);
  work.go('a');
  assert.deepEqual(desk.asked, [['follow', 'a']]);
  desk.assigned('a', TOM, { by: 'dispatcher' }, true);
  desk.tell('resumed', { chat: 'a', about: about('a') });
  assert.deepEqual(
    [work.chosen, work.chats.count, work.handovers.partingOf('a')],
    ['a', 0, 'Tom Reyes has the chat with Danielle now.'],
  );
  desk.answer = { chat: 'a', seq: 3, about: about('a') };
  await work.handovers.takeOver('a');
  assert.deepEqual(desk.asked.at(-1), ['chat.take', { chat: 'a' }]);
  assert.equal(work.chats.count, 1);
});

test('a supervisor who only looks writes whispers, is not seen reading, and stops', async () => {
  const { desk, work } = working([]);
  work.me = { ...ME, role: 'supervisor' };
  goes(work);
  work.go('a');
  desk.assigned('a', TOM, { by: 'dispatcher' }, true);
  desk.event('a', 'message', CUSTOMER, { text: 'hello' }, true);
  desk.tell('resumed', { chat: 'a', about: about('a') });
  assert.deepEqual([work.watches, work.noting], [true, true]);
  work.read();
  work.say('ask for the order');
  assert.deepEqual(desk.asked.slice(1), [['note.add', { chat: 'a', text: 'ask for the order', files: undefined }]]);
  assert.equal(work.noting, true, 'there is nobody to reply to');
  work.go(null);
  assert.deepEqual([work.watches, desk.asked.at(-1)], [false, ['unfollow', 'a']]);
  work.go('a');
  assert.deepEqual([work.watches, desk.asked.at(-1)], [true, ['follow', 'a']]);
  desk.answer = { chat: 'a', seq: 9, about: about('a') };
  await work.handovers.takeOver('a');
  assert.deepEqual([work.watches, work.noting], [false, false]);
  desk.assigned('a', TOM, { by: 'take' });
  assert.equal(work.watches, false, 'what was theirs a moment ago is no chat that they only look at');
});

test('who may only look at what a colleague has is no supervisor, and one who looks sees that it is over', () => {
  for (const role of ['agent', 'supervisor']) {
    const { desk, work } = working([]);
    work.me = { ...ME, role };
    work.look('a');
    desk.assigned('a', TOM, { by: 'dispatcher' }, true);
    desk.tell('resumed', { chat: 'a', about: about('a') });
    assert.equal(work.watches, role === 'supervisor');
    desk.event('a', 'chat.closed', TOM, { ticket: 7, status: 'solved', reason: 'closed' });
    assert.equal(work.watches, false);
  }
});

test('a supervisor closes a chat that a colleague has, and none that waits', () => {
  const { desk, work } = working([]);
  work.me = { ...ME, role: 'supervisor' };
  let asked = 0;
  work.addEventListener('close', () => {
    asked += 1;
  });
  work.look('a');
  desk.event('a', 'chat.queued', CUSTOMER, { team: 'media' }, true);
  desk.tell('resumed', { chat: 'a', about: about('a') });
  work.endings.close();
  assert.deepEqual([work.endings.closable, asked], [false, 0]);
  desk.assigned('a', TOM, { by: 'dispatcher' });
  work.endings.close();
  assert.deepEqual([work.endings.closable, asked], [true, 1]);
  work.me = ME;
  assert.equal(work.endings.closable, false, 'a colleague closes nothing');
});

test('an agent whose chat was closed by a supervisor reads who did it', () => {
  const { desk, work } = working(['a', 'b']);
  const closed = { ticket: 7, status: 'solved', reason: 'closed' };
  desk.event('a', 'chat.closed', COLLEAGUE, { ...closed, by: COLLEAGUE });
  desk.event('b', 'chat.closed', STAFF, { ...closed, by: STAFF });
  assert.deepEqual(
    [...work.handovers.partings].map(([chat, { words }]) => [chat, words]),
    [['a', 'Hannah Bergström closed the chat with Danielle.']],
  );
});

test('a supervisor who looks learns that the agent’s connection is lost, and that it is back', () => {
  const { desk, work } = working([]);
  work.me = { ...ME, role: 'supervisor' };
  work.look('a');
  desk.assigned('a', TOM, { by: 'dispatcher' }, true);
  desk.tell('resumed', { chat: 'a', about: about('a'), agent: { id: TOM.id, name: TOM.name, connected: false } });
  assert.equal(work.chats.of('a').agentGone, true);
  desk.tell('news', { type: 'chat.presence', chat: 'a', from: TOM, connected: true, since: '2026-11-25T12:00:00Z' });
  assert.equal(work.chats.of('a').agentGone, false);
  desk.tell('news', { type: 'chat.presence', chat: 'a', from: TOM, connected: false, since: '2026-11-25T12:00:00Z' });
  assert.deepEqual([work.chats.of('a').agentGone, work.chats.of('a').goneSince], [true, null]);
  desk.assigned('a', COLLEAGUE, { by: 'transfer' });
  assert.equal(work.chats.of('a').agentGone, false);
});
