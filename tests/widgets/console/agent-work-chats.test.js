import assert from 'node:assert/strict';
import test from 'node:test';
import { DeskError } from '../../../widgets/shared/static/client/errors.js';
import { COLLEAGUE, CUSTOMER, STAFF, about, hello, working } from './support/working.js';

test('the chat of the address is on the screen once it is known, and read where somebody looks', () => {
  const { desk, work } = working([]);
  work.look('a');
  assert.equal(work.chosen, null);
  desk.event('a', 'message', CUSTOMER, { text: 'hello' });
  desk.assigned('a', STAFF);
  assert.equal(work.chosen, 'a');
  work.read();
  assert.deepEqual(desk.asked.at(-1), ['read', { chat: 'a', upto: 2 }]);
  assert.equal(work.chats.unread, 0);
});

test('messages below what is in view stay unread until they are in view', () => {
  const { desk, work } = working(['a']);
  work.look('a');
  const { lastSeq } = work.chats.of('a');
  desk.event('a', 'message', CUSTOMER, { text: 'in view' });
  desk.event('a', 'message', CUSTOMER, { text: 'below' });
  work.seenUpto = () => lastSeq + 1;
  work.read();
  assert.deepEqual(desk.askedOf('read').at(-1), { chat: 'a', upto: lastSeq + 1 });
  assert.equal(work.chats.unread, 1);
  work.read();
  assert.equal(desk.askedOf('read').length, 1);
  work.seenUpto = () => Number.POSITIVE_INFINITY;
  work.read();
  assert.deepEqual(desk.askedOf('read').at(-1), { chat: 'a', upto: lastSeq + 2 });
  assert.equal(work.chats.unread, 0);
});

test('what is on the screen is told first, the others once it is there', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work } = working([]);
  work.look('b');
  desk.asked.length = 0;
  desk.tell('hello', hello(['a', 'b', 'c']));
  assert.deepEqual(desk.asked, [['follow', 'b']]);
  desk.event('b', 'message', CUSTOMER, { text: 'hello' }, true);
  desk.tell('resumed', { chat: 'b' });
  context.mock.timers.tick(50);
  assert.deepEqual(desk.asked.slice(1).flat(), ['follow', 'a', 'follow', 'c']);
  context.mock.timers.tick(2_000);
  assert.equal(desk.asked.length, 3);
});

test('the others do not wait for ever, and not at all where nothing is on the screen', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work } = working([]);
  work.look('b');
  desk.asked.length = 0;
  desk.tell('hello', hello(['a', 'b']));
  context.mock.timers.tick(1_000);
  assert.deepEqual(desk.asked.flat(), ['follow', 'b', 'follow', 'a']);
  assert.deepEqual(working(['a', 'b']).desk.askedOf('follow'), ['a', 'b']);
});

test('nothing is read while nobody looks', () => {
  const { desk, work } = working(['a'], { attends: false });
  work.look('a');
  desk.event('a', 'message', CUSTOMER, { text: 'hello' });
  work.read();
  assert.equal(work.chats.unread, 1);
});

test('a chat that comes is told once, not when its past is told again', () => {
  const { desk, work } = working([]);
  /** @type {string[]} */
  const told = [];
  work.addEventListener('assigned', (event) => {
    if (event instanceof CustomEvent) told.push(event.detail);
  });
  desk.assigned('a', STAFF);
  desk.assigned('b', STAFF, {}, true);
  assert.deepEqual(told, ['a']);
});

test('what is written goes to the chat on the screen; after a note one replies again', () => {
  const { desk, work } = working(['a']);
  work.look('a');
  work.note(true);
  work.say('overlaps');
  work.say('which order?', ['f1']);
  assert.deepEqual(desk.asked.slice(-2), [
    ['note.add', { chat: 'a', text: 'overlaps', files: undefined }],
    ['message.send', { chat: 'a', text: 'which order?', files: ['f1'] }],
  ]);
});

test('one that is over is let go when the agent looks elsewhere, one that is held is not', () => {
  const { desk, work } = working(['a', 'b']);
  for (const chat of ['a', 'b']) desk.event(chat, 'message', CUSTOMER, { text: 'x' });
  work.look('a');
  work.look('b');
  assert.deepEqual(desk.askedOf('unfollow'), []);
  desk.event('b', 'chat.closed', STAFF, { ticket: 1, by: STAFF });
  work.look('a');
  assert.deepEqual(desk.askedOf('unfollow'), ['b']);
});

test('a command that is refused is not kept', async () => {
  const { desk, work } = working(['a']);
  desk.refusal = new DeskError({ code: 'invalid', message: 'No.' });
  await assert.rejects(work.commit('chat.close', { chat: 'a' }), DeskError);
  assert.deepEqual(desk.asked.at(-1), ['discard', 'x']);
});

test('what opens by itself is the first of the list, and unread until the agent does something', () => {
  const { desk, work, later } = working([]);
  work.addEventListener('go', (event) => {
    if (event instanceof CustomEvent) work.look(event.detail);
  });
  for (const chat of ['a', 'b']) {
    desk.event(chat, 'message', CUSTOMER, { text: 'hello' });
    desk.assigned(chat, STAFF);
    later(1_000);
  }
  work.openMostUrgent();
  assert.equal(work.chosen, 'a');
  work.read();
  assert.equal(work.chats.unread, 2);
  work.noticed();
  assert.equal(work.chats.unread, 1);
  assert.deepEqual(desk.askedOf('read'), [{ chat: 'a', upto: 2 }]);

  work.look('b');
  work.openMostUrgent();
  assert.equal(work.chosen, 'b');
});

test('what may not be known of any more is not held, on every page', () => {
  const { desk, work } = working(['a']);
  desk.tell('error', new DeskError({ code: 'not_found', message: 'No such chat.', chat: 'a' }));
  assert.equal(work.chats.count, 0);
});

test('after a loss of the line it is said how long it was and what happened, and where', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work, later } = working(['a', 'b']);
  for (const chat of ['a', 'b']) desk.event(chat, 'message', CUSTOMER, { text: 'before' });
  desk.line('waiting');
  later(72_000);
  desk.tell('hello', { staff: 'me', status: 'available', capacity: 5, teams: [], chats: [about('a')], queues: [] });
  desk.line('live');
  desk.event('a', 'message', CUSTOMER, { text: 'still there?' }, true);
  desk.event('b', 'chat.assigned', STAFF, { staff: COLLEAGUE }, true);
  context.mock.timers.tick(1_000);
  assert.deepEqual(work.outage.back, {
    gone: 72_000,
    words: '1 new message in 1 chat, 1 chat went to Hannah.',
    chats: ['a'],
  });
  context.mock.timers.tick(8_000);
  assert.equal(work.outage.back, null);
});

test('a short loss is not worth a word', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work, later } = working(['a']);
  desk.line('waiting');
  later(2_000);
  desk.line('live');
  context.mock.timers.tick(1_000);
  assert.equal(work.outage.back, null);
});

test('the chat of before opens again by itself while it is held, and stays unread until somebody is there', () => {
  const { desk, work } = working(['a', 'b']);
  /** @type {string[]} */
  const shown = [];
  work.addEventListener('go', (event) => event instanceof CustomEvent && shown.push(event.detail));
  work.reopen('gone');
  work.reopen('b');
  work.look('b');
  work.reopen('a');
  assert.deepEqual(shown, ['b']);
  desk.event('b', 'message', CUSTOMER, { text: 'hello' });
  work.read();
  assert.deepEqual(desk.askedOf('read'), []);
  work.noticed();
  assert.equal(desk.askedOf('read').length, 1);
});

test('a chat that its customer ends needs a code, also in a tab that is still catching up', () => {
  for (const replay of [false, true]) {
    const { desk, work } = working(['a']);
    desk.event('a', 'chat.closed', CUSTOMER, { ticket: 1, status: 'open', reason: 'ended', by: CUSTOMER }, replay);
    assert.equal(work.endings.uncoded.of('a')?.number, 1);
  }
});
