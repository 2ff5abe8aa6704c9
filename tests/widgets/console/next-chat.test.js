import assert from 'node:assert/strict';
import test from 'node:test';
import { nextChatWords, listed, pausedWords } from '../../../widgets/console/static/next-chat.js';

const MEDIA = { name: 'Media', assign: 'auto' };
const PROD = { name: 'Prod', assign: 'offer' };
const TECH = { name: 'Tech', assign: 'offer' };

test('the next chat comes by itself, or is offered, as each team has it', () => {
  assert.equal(nextChatWords([MEDIA]), 'The next chat in the queue comes to you automatically.');
  assert.equal(nextChatWords([{ name: 'Media' }]), nextChatWords([MEDIA]));
  assert.match(nextChatWords([PROD, TECH]), /^The next chat in the queue is offered to you/u);
  assert.match(
    nextChatWords([MEDIA, PROD, TECH]),
    /automatically\. Chats for Prod and Tech are offered to you first\.$/u,
  );
});

test('nothing comes to who has paused all of their teams', () => {
  assert.equal(nextChatWords([], 2), 'You’ve paused all your teams, so you won’t get new chats.');
  assert.equal(nextChatWords([MEDIA], 1), nextChatWords([MEDIA]));
});

test('which teams are paused is said in few words', () => {
  assert.deepEqual(
    [
      pausedWords([], 3),
      pausedWords(['Media'], 3),
      pausedWords(['Media', 'Prod'], 3),
      pausedWords(['Media', 'Prod'], 2),
      pausedWords(['Media'], 1),
    ],
    ['', 'Media paused', '2 teams paused', 'all teams paused', 'Media paused'],
  );
});

test('names stand in a row', () => {
  assert.deepEqual([[], ['A'], ['A', 'B'], ['A', 'B', 'C']].map(listed), ['', 'A', 'A and B', 'A, B and C']);
});
