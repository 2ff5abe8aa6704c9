import assert from 'node:assert/strict';
import test from 'node:test';
import { takers, whyNot } from '../../../widgets/console/static/floor-targets.js';

/** @param {string} name @param {object} [facts] */
const agent = (name, facts = {}) =>
  /** @type {import('../../../widgets/console/static/floor-rows.js').AgentRow} */ (
    /** @type {unknown} */ ({
      staff: name,
      name,
      teams: ['media'],
      status: 'available',
      reason: null,
      connected: true,
      free: 2,
      capacity: 4,
      paused: [],
      ...facts,
    })
  );

test('an agent who cannot get the chat has a reason', () => {
  const why = (/** @type {object} */ facts) => whyNot(agent('a', facts), 'media');
  assert.equal(why({}), '');
  assert.equal(why({ free: 0 }), 'full, 4 of 4');
  assert.equal(why({ status: 'away', reason: 'lunch' }), 'away: lunch');
  assert.equal(why({ status: 'away' }), 'away');
  assert.equal(why({ status: 'offline' }), 'offline');
  assert.equal(why({ connected: false }), 'connection lost');
  assert.equal(why({ connected: false, status: 'offline' }), 'not connected');
  assert.equal(why({ paused: ['media'] }), 'takes no new chats now');
  assert.equal(why({ teams: ['tech', 'prod'], paused: ['tech'] }), '', 'the chat moves to a team of theirs');
  assert.equal(why({ teams: ['tech'], paused: ['tech'] }), 'takes no new chats now');
});

test('agents of the team come first, others with a free slot next, and who has the chat is not listed', () => {
  const all = [
    agent('Zoe', { teams: ['tech'] }),
    agent('Mateo'),
    agent('Ana'),
    agent('Priya'),
    agent('Tom', { free: 0 }),
  ];
  const found = takers(all, 'media', 'Priya');
  assert.deepEqual(
    [found.team.map(({ name }) => name), found.others.map(({ name }) => name)],
    [['Ana', 'Mateo'], ['Zoe']],
  );
  assert.deepEqual(
    found.cannot.map(({ row, why }) => [row.name, why]),
    [['Tom', 'full, 4 of 4']],
  );
});
