import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { TeamWalk } = await import('../../../widgets/console/static/team-walk.js');

const LIVE = [
  { chat: 'a', state: 'active', agent: { id: 'pri' } },
  { chat: 'waits', state: 'queued', agent: null },
  { chat: 'mine', state: 'active', agent: { id: 'ines' } },
  { chat: 'b', state: 'active', agent: { id: 'max' } },
];

test('one goes round the answered chats of a team, without one’s own, and asks once in a while', async () => {
  /** @type {string[]} */
  const asked = [];
  let now = 0;
  const ask = async (/** @type {string} */ _, /** @type {string} */ path) => {
    asked.push(path);
    return { data: { chats: path.endsWith('media') ? LIVE : [LIVE[0]] }, etag: null };
  };
  const walk = new TeamWalk({ ask, me: 'ines', now: () => now });
  assert.equal(await walk.from('media', 'a', 1), 'b');
  assert.equal(await walk.from('media', 'b', 1), 'a');
  assert.equal(await walk.from('media', 'a', -1), 'b');
  assert.deepEqual(asked, ['/api/chats?team=media']);
  now = 10_001;
  assert.equal(await walk.from('media', 'ended', -1), 'b');
  assert.equal(asked.length, 2);
  assert.equal(await walk.from('tech', 'a', 1), null);
  assert.equal(asked.at(-1), '/api/chats?team=tech');
});
