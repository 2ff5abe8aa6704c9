import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Stale, targetOf } = await import('../../../widgets/console/static/close-target.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const TICKET = {
  number: 26,
  status: 'open',
  team: 'media',
  assignee: { id: 'p', name: 'Priya' },
  flags: [],
  rating: null,
};

/** The sheet for a chat that is over; another change comes between its first look at the ticket and its save. @param {object} change */
async function coding(change) {
  const calls = /** @type {unknown[]} */ ([]);
  let version = 1;
  const ended = {
    chats: { of: () => ({ held: false, about: null, team: 'media' }) },
    endings: { closable: false, codable: 26, uncoded: { of: () => null } },
  };
  const work = /** @type {never} */ (/** @type {unknown} */ (ended));
  const target = await targetOf(work, 'c', async (method, _path, options) => {
    const tag = `"${version}"`;
    if (method === 'GET') return { data: { ...TICKET, ...(version > 1 ? change : {}), version }, etag: tag };
    calls.push(options?.headers?.['If-Match']);
    if (options?.headers?.['If-Match'] !== tag) throw new Refused(412, {});
    return { data: {}, etag: null };
  });
  version = 2;
  return { calls, save: async () => target?.send({ status: 'solved', resolution: 'set_up' }, 0) };
}

test('a rating that comes while a code is chosen does not stop the save', async () => {
  const { calls, save } = await coding({ rating: 5 });
  assert.deepEqual(await save(), { ticket: 26 });
  assert.deepEqual(calls, ['"1"', '"2"']);
});

test('a change that matters is shown first, and the next save makes it anyway', async () => {
  for (const change of [{ status: 'solved' }, { assignee: { id: 'm', name: 'Mateo' } }, { waiting_since: 'now' }]) {
    const { calls, save } = await coding(change);
    await assert.rejects(save, Stale);
    assert.deepEqual(calls, ['"1"']);
    assert.deepEqual(await save(), { ticket: 26 });
  }
});

/** Who gets the ticket of a chat that is closed to `media` or `prod`. @param {object} chat */
async function keepers(chat) {
  const about = { customer: { id: 'v', name: 'Zoe', email: null }, product: null, team: 'media', subject: 'Dates' };
  const open = {
    me: { id: 'p', name: 'Priya' },
    chats: { of: () => ({ about, team: 'media', firstLine: '', ...chat }), teams: new Map([['media', {}]]) },
    endings: { closable: true },
  };
  const work = /** @type {never} */ (/** @type {unknown} */ (open));
  const target = await targetOf(work, 'c', async () => ({ data: {}, etag: null }));
  return [target?.keeper('media'), target?.keeper('prod')];
}

test('the ticket stays with the agent of the chat, whoever closes it, unless it leaves the agent’s team', async () => {
  assert.deepEqual(await keepers({ held: true, by: null }), ['Priya (you)', null]);
  assert.deepEqual(await keepers({ held: false, by: 'Tom Reyes' }), ['Tom Reyes', null]);
});
