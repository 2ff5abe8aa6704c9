import assert from 'node:assert/strict';
import test from 'node:test';
import { DeskError } from '../../../widgets/shared/static/client/errors.js';
import { ASKED, CUSTOMER, NOW, STAFF, TOM, about, goes, working } from './support/working.js';

const HANNAH = { ...TOM, id: 'h', name: 'Hannah' };
const TO_TOM = { from_team: 'media', to_team: 'media', to_staff: { id: 't', name: 'Tom Reyes' } };

test('a chat that is handed on leaves the list, also where the desk tells nothing more of it', async () => {
  const { desk, work } = working(['a', 'b']);
  work.look('a');
  await work.handovers.transfer('a', { team: 'media' }, ' Knows the order ');
  assert.deepEqual(desk.asked.at(-1), ['chat.transfer', { chat: 'a', team: 'media', note: 'Knows the order' }]);
  assert.equal(work.chats.count, 1);
  assert.equal(work.handovers.partingOf('a'), 'You transferred Danielle to Media.');
  await work.handovers.transfer('b', { staff: 't', name: 'Tom Reyes' }, '');
  assert.deepEqual(desk.asked.at(-1), ['chat.transfer', { chat: 'b', staff: 't', note: undefined }]);
  assert.equal(work.handovers.partings.get('b')?.words, 'You transferred Danielle to Tom Reyes.');
});

test('one that is refused stays with the agent', async () => {
  const { desk, work } = working(['a']);
  desk.refusal = new DeskError({ code: 'team_closed', message: 'Finance is closed.' });
  await assert.rejects(work.handovers.transfer('a', { team: 'finance' }, ''), DeskError);
  assert.deepEqual([work.chats.count, work.handovers.partings.size], [1, 0]);
});

test('one that is taken over is told, and gone after a while of looking', () => {
  let looks = false;
  const { desk, work, later } = working(['a']);
  work.handovers.attends = () => looks;
  desk.event('a', 'chat.left', TOM, { who: { id: 'me', name: 'Priya' }, reason: 'taken' });
  desk.assigned('a', TOM, { by: 'take' });
  assert.equal(work.chats.count, 0);
  later(60_000);
  work.redraw();
  assert.equal(work.handovers.partings.get('a')?.words, 'Tom Reyes took over the chat with Danielle.');
  looks = true;
  later(30_000);
  work.redraw();
  assert.equal(work.handovers.partings.size, 0);
});

test('a chat that a supervisor reassigned says who did it, and to whom', () => {
  const { desk, work } = working(['a', 'b']);
  for (const [chat, to] of /** @type {const} */ ([
    ['a', { id: 'max', name: 'Max' }],
    ['b', undefined],
  ])) {
    desk.event(chat, 'chat.left', TOM, { who: { id: 'me', name: 'Priya' }, reason: 'transferred' });
    desk.event(chat, 'chat.transferred', TOM, { from_team: 'media', to_team: 'media', to_staff: to });
  }
  assert.equal(work.chats.count, 0);
  assert.equal(work.handovers.partings.get('a')?.words, 'Tom Reyes reassigned the chat with Danielle to Max.');
  assert.equal(work.handovers.partings.get('b')?.words, 'Tom Reyes reassigned the chat with Danielle to Media.');
});

test('what its past says of a chat that came back is no parting', () => {
  const { desk, work } = working(['a']);
  desk.event('a', 'chat.left', STAFF, { who: { id: 'me', name: 'Priya' }, reason: 'gone' }, true);
  desk.event('a', 'chat.queued', STAFF, { team: 'media', reason: 'agent_gone' }, true);
  desk.assigned('a', STAFF, {}, true);
  assert.deepEqual([work.chats.count, work.handovers.partings.size], [1, 0]);
});

test('who is only asked to take a chat does not have it: that is said until it is known what came of it', async () => {
  const { desk, work, later } = working(['a', 'b']);
  work.look('a');
  desk.answer = ASKED;
  await work.handovers.transfer('a', { staff: 't', name: 'Tom Reyes' }, '');
  const words = 'You asked Tom Reyes to take the chat with Danielle. They have 30 s to accept.';
  assert.equal(work.handovers.partingOf('a'), words);
  desk.event('a', 'chat.transferred', STAFF, TO_TOM);
  assert.equal(work.handovers.partingOf('a'), words);
  work.look('b');
  later(59_000);
  work.redraw();
  assert.equal(work.handovers.partings.size, 1);
  assert.deepEqual(desk.askedOf('unfollow'), []);
  desk.tell('news', { type: 'chat.withdrawn', chat: 'a', reason: 'accepted' });
  assert.equal(work.handovers.partings.get('a')?.words, 'Tom Reyes took the chat with Danielle.');
  assert.deepEqual(desk.asked.at(-1), ['unfollow', 'a']);
});

test('what came of it is learned from the desk or from the chat', async () => {
  const waits = 'Tom Reyes didn’t take it. The chat with Danielle is waiting in the queue for Media.';
  for (const [happens, words] of /** @type {Array<[(desk: ReturnType<typeof working>['desk']) => void, string]>} */ ([
    [(desk) => desk.tell('news', { type: 'chat.withdrawn', chat: 'a', reason: 'unanswered' }), waits],
    [(desk) => desk.event('a', 'chat.queued', CUSTOMER, { team: 'media', reason: 'declined' }), waits],
    [(desk) => desk.assigned('a', TOM, { by: 'accept' }), 'Tom Reyes took the chat with Danielle.'],
    [(desk) => desk.assigned('a', HANNAH, { by: 'pick' }), 'Hannah took the chat with Danielle before Tom Reyes did.'],
    [
      (desk) => desk.event('a', 'chat.closed', CUSTOMER, { ticket: 1 }),
      'Danielle left before Tom Reyes took the chat.',
    ],
  ])) {
    const { desk, work } = working(['a']);
    desk.answer = ASKED;
    await work.handovers.transfer('a', { staff: 't', name: 'Tom Reyes' }, '');
    happens(desk);
    assert.equal(work.handovers.partings.get('a')?.words, words);
  }
});

test('on another page it is not said that a colleague was asked who has the chat at once', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  for (const [atOnce, words] of /** @type {Array<[boolean, string]>} */ ([
    [false, 'You asked Tom Reyes to take the chat with Danielle.'],
    [true, 'You transferred Danielle to Tom Reyes.'],
  ])) {
    const { desk, work } = working(['a']);
    desk.event('a', 'chat.left', STAFF, { who: { id: 'me', name: 'Priya' }, reason: 'transferred' });
    desk.event('a', 'chat.transferred', STAFF, TO_TOM);
    assert.deepEqual([work.chats.count, work.handovers.partings.size], [0, 0]);
    if (atOnce) desk.assigned('a', TOM, { by: 'transfer' });
    context.mock.timers.tick(1_000);
    assert.equal(work.handovers.partings.get('a')?.words, words);
  }
});

test('an offer that is accepted is a chat of the agent’s, on the screen', async () => {
  const { desk, work } = working([]);
  goes(work);
  desk.tell('news', {
    type: 'chat.offered',
    about: about('a', { state: 'offered' }),
    expires_at: new Date(NOW + 30_000).toISOString(),
  });
  assert.equal(work.handovers.offers.first, 'a');
  assert.equal(work.chats.count, 0);
  desk.answer = { chat: 'a', seq: 3, about: about('a') };
  await work.handovers.accept();
  assert.deepEqual(desk.askedOf('chat.accept'), [{ chat: 'a' }]);
  assert.deepEqual([work.handovers.offers.all.length, work.chats.count, work.chosen], [0, 1, 'a']);
});

test('an offer that came too late says so; one that is passed on is gone', async () => {
  const { desk, work } = working([]);
  desk.tell('news', { type: 'chat.offered', about: about('a'), expires_at: new Date(NOW + 30_000).toISOString() });
  desk.refusal = new DeskError({ code: 'conflict', message: 'Not any more.' });
  await work.handovers.accept('a');
  assert.equal(work.handovers.offers.all.map(({ why }) => why).join(), 'Not any more.');
  desk.refusal = null;
  desk.tell('news', { type: 'chat.offered', about: about('b'), expires_at: new Date(NOW + 30_000).toISOString() });
  await work.handovers.decline();
  assert.deepEqual(desk.asked.at(-1), ['chat.decline', { chat: 'b' }]);
  assert.equal(work.handovers.offers.first, undefined);
});

test('the longest wait of all queues is taken; where somebody was faster, it says so', async () => {
  const { desk, work, later } = working([]);
  goes(work);
  desk.tell('news', {
    type: 'queues',
    queues: [
      { team: 'media', waiting: 1, longest_wait_s: 5, next: 'm' },
      { team: 'prod', waiting: 1, longest_wait_s: 9, next: 'p' },
      { team: 'tech', waiting: 0, longest_wait_s: 0, next: null },
    ],
  });
  desk.refusal = new DeskError({ code: 'conflict', message: 'Somebody has it.' });
  await work.handovers.pick('m');
  assert.deepEqual([work.handovers.notHad?.at, work.handovers.notHad?.words], ['queue', 'Somebody has it.']);
  later(30_000);
  work.redraw();
  assert.equal(work.handovers.notHad, null, 'it is not said for ever');
  desk.refusal = null;
  desk.answer = { chat: 'p', seq: 3, about: about('p') };
  await work.handovers.pickNext(work.queues.list);
  assert.deepEqual(desk.askedOf('chat.pick'), [{ chat: 'm' }, { chat: 'p' }]);
  assert.deepEqual([work.handovers.notHad, work.chosen], [null, 'p']);
});

test('a chat that was offered is no offer any more once the agent has it, from the queue or in another tab', async () => {
  const { desk, work } = working([]);
  goes(work);
  for (const chat of ['a', 'b'])
    desk.tell('news', { type: 'chat.offered', about: about(chat), expires_at: new Date(NOW + 30_000).toISOString() });
  desk.answer = { chat: 'a', seq: 3, about: about('a') };
  await work.handovers.pick('a');
  desk.assigned('a', STAFF);
  assert.equal(work.handovers.offers.first, 'b');
  desk.assigned('b', STAFF);
  assert.deepEqual(work.handovers.offers.all, []);
});
