import assert from 'node:assert/strict';
import test from 'node:test';
import { DeskError } from '../../../widgets/shared/static/client/errors.js';
import { ME, hello, at, working } from './support/working.js';
import { pluck } from '../support/pluck.js';

test('a status goes with its reason; one that is refused stays as it was, and why is said', async () => {
  const { desk, work } = working([]);
  await work.presence.set('away', 'At lunch');
  assert.deepEqual(
    [work.presence.state?.status, work.presence.state?.reason, work.presence.refusal],
    ['away', 'At lunch', ''],
  );
  desk.refusal = new DeskError({ code: 'unavailable', message: 'Not now.' });
  await work.presence.set('available');
  assert.deepEqual([work.presence.state?.status, work.presence.refusal], ['away', 'Not now.']);
});

test('teams that chats come from are ticked one by one, each beside the others; status and reason stay', async () => {
  const { desk, work } = working([]);
  const teams = ['media', 'prod', 'tech'].map((team) => ({ team, name: team }));
  desk.tell('hello', {
    ...hello([]),
    status: 'away',
    reason: 'At lunch',
    paused: ['tech'],
    teams,
    queues: teams.map(({ team }) => ({ team, waiting: 0, longest_wait_s: 0 })),
  });
  assert.deepEqual(work.served, ['media', 'prod']);
  await Promise.all([work.presence.pause('media', true), work.presence.pause('tech', false)]);
  assert.deepEqual(desk.askedOf('presence.set'), [
    { status: 'away', reason: 'At lunch', paused: ['tech', 'media'] },
    { status: 'away', reason: 'At lunch', paused: ['media'] },
  ]);
  assert.deepEqual(work.served, ['prod', 'tech']);
  desk.refusal = new DeskError({ code: 'unavailable', message: 'Not now.' });
  await work.presence.pause('prod', true);
  assert.deepEqual([work.presence.state?.paused, work.presence.refusal], [['media'], 'Not now.']);
});

test('what is paused on another device counts here, and a new status leaves it as it was', async () => {
  const { desk, work } = working([]);
  desk.tell('hello', { ...hello([]), queues: [{ team: 'media', waiting: 0, longest_wait_s: 0 }] });
  desk.tell('news', { type: 'presence', staff: 'me', status: 'available', since: at, capacity: 5, paused: ['media'] });
  assert.deepEqual([work.served, work.coming], [[], 'You’ve paused all your teams, so you won’t get new chats.']);
  await work.presence.set('away');
  assert.deepEqual(desk.asked.at(-1), ['presence.set', { status: 'away', reason: undefined }]);
});

test('how the next chat comes is as each team has it', () => {
  const { desk, work } = working([]);
  const told = (/** @type {string} */ assign) =>
    desk.tell('hello', {
      ...hello([]),
      teams: [{ team: 'media', name: 'Media', assign }],
      queues: [{ team: 'media', waiting: 0, longest_wait_s: 0 }],
    });
  told('auto');
  assert.match(work.coming, /automatically/u);
  told('offer');
  assert.match(work.coming, /is offered to you/u);
});

test('who is made away by the desk is told why, until they are available again', async () => {
  const { desk, work } = working([]);
  const away = { type: 'presence', staff: 'me', status: 'away', since: at, capacity: 5 };
  desk.tell('news', { ...away, reason: 'At lunch', by: 'self' });
  assert.equal(work.presence.madeAway, null);
  desk.tell('news', { ...away, reason: 'Inactive for a while', by: 'system' });
  assert.deepEqual(work.presence.madeAway, { reason: 'Inactive for a while', since: at });
  desk.tell('news', { ...away, status: 'available', reason: null, by: 'self' });
  assert.equal(work.presence.madeAway, null);
});

test('after a reload they are told so still, until they have chosen', async () => {
  const { desk, work } = working([]);
  desk.tell('hello', { ...hello([]), status: 'away', reason: 'Inactive for a while', since: at, by: 'system' });
  assert.deepEqual(
    [work.presence.madeAway, work.presence.state?.reason],
    [{ reason: 'Inactive for a while', since: at }, 'Inactive for a while'],
  );
  await work.presence.set('away');
  assert.equal(work.presence.madeAway, null);
  desk.tell('hello', { ...hello([]), status: 'away', reason: null, since: at, by: 'self' });
  assert.equal(work.presence.madeAway, null);
});

test('a supervisor is told what is wrong, all of it anew after a lost line; others are not', () => {
  const alarm = { type: 'alarm', kind: 'agent_gone', team: 'media', chat: 'c', since: at };
  for (const role of ['supervisor', 'agent']) {
    const { desk, work } = working([]);
    work.me = { ...ME, role };
    desk.tell('news', alarm);
    assert.equal(work.alarms.all.length, role === 'supervisor' ? 1 : 0);
    desk.tell('hello', { ...hello([]), alarms: [{ ...alarm, kind: 'queue', chat: undefined }] });
    assert.deepEqual(pluck(work.alarms.all, 'kind'), role === 'supervisor' ? ['queue'] : []);
  }
});

test('an agent who leaves when their chats are done is away until then, also while they pause a team', async () => {
  const { desk, work } = working([]);
  await work.presence.leaveWhenDone();
  assert.deepEqual(desk.asked.at(-1), ['presence.set', { status: 'away', leaving: true }]);
  desk.tell('news', { type: 'presence', staff: 'me', status: 'away', since: at, capacity: 5, leaving: true });
  await work.presence.pause('prod', true);
  assert.deepEqual(desk.askedOf('presence.set').at(-1), {
    status: 'away',
    reason: undefined,
    paused: ['prod'],
    leaving: true,
  });
  await work.presence.set('available');
  assert.deepEqual(desk.asked.at(-1), ['presence.set', { status: 'available', reason: undefined }]);
});

test('the slots of closed chats in wrap-up are counted; one whose customer is silent takes none', () => {
  const { desk, work } = working(['a', 'b']);
  const told = (/** @type {number} */ held, /** @type {number} */ free) =>
    desk.tell('news', { type: 'presence', staff: 'me', status: 'available', capacity: 5, paused: [], held, free });
  told(2, 1);
  assert.equal(work.presence.wrapping, 2);
  told(2, 4);
  assert.equal(work.presence.wrapping, -1);
});
