import assert from 'node:assert/strict';
import test from 'node:test';
import { afterEvent, afterOk } from '../../../widgets/shared/static/client/hello-state.js';
import { pluck } from '../support/pluck.js';

const STAFF = {
  staff: 'agent',
  status: 'away',
  capacity: 5,
  teams: [{ team: 'media', name: 'Media', open: true, first_reply_s: 180 }],
  queues: [],
  chats: [{ chat: 'c', state: 'active', seq: 4, last_at: 'then' }],
};
const VISITOR = { visitor: 'v', token: 't', teams: [], chats: [] };
const about = { chat: 'd', state: 'active', seq: 2, last_at: 'now' };

test('what changed since hello is in it for who comes later: queues, hours, one’s own presence', () => {
  let hello = afterEvent(STAFF, { type: 'queues', queues: [{ team: 'media', waiting: 2 }] });
  hello = afterEvent(hello, { type: 'hours', teams: [{ team: 'media', open: false }] });
  const tech = [{ team: 'tech', open: true }];
  assert.deepEqual(afterEvent(hello, { type: 'hours', teams: tech }).teams, tech, 'teams come and go');
  hello = afterEvent(hello, { type: 'presence', staff: 'agent', status: 'available', capacity: 7, reason: null });
  hello = afterEvent(hello, { type: 'presence', staff: 'another', status: 'offline', capacity: 1, reason: null });
  assert.deepEqual(hello.queues, [{ team: 'media', waiting: 2 }]);
  assert.deepEqual(hello.teams, [{ team: 'media', name: 'Media', open: false, first_reply_s: 180 }]);
  assert.deepEqual([hello.status, hello.capacity], ['available', 7]);
  const goes = { type: 'presence.set', fields: { status: 'away' } };
  assert.equal(afterOk(hello, goes, { status: 'away', capacity: 7, paused: [] }).status, 'away');
});

test('staff: chats come by assignment or by hand, and go by closing, by leaving, to a colleague, to the queue', () => {
  const chats = (/** @type {any} */ hello) => pluck(hello.chats, 'chat');
  const assigned = afterEvent(STAFF, { type: 'chat.assigned', chat: 'd', seq: 3, staff: { id: 'agent' }, about });
  assert.deepEqual(chats(assigned), ['c', 'd']);
  assert.deepEqual(chats(afterOk(STAFF, { type: 'chat.pick', fields: { chat: 'd' } }, { about })), ['c', 'd']);
  for (const event of [
    { type: 'chat.closed' },
    { type: 'chat.left', who: { id: 'agent' } },
    { type: 'chat.assigned', staff: { id: 'another' } },
    { type: 'chat.queued', team: 'media' },
  ])
    assert.deepEqual(chats(afterEvent(assigned, { chat: 'c', seq: 5, ...event })), ['d'], event.type);
  const closes = { type: 'chat.close', fields: { chat: 'c' } };
  assert.deepEqual(chats(afterOk(assigned, closes, { chat: 'c', seq: 5 })), ['d']);
  const handsOn = { type: 'chat.transfer', fields: { chat: 'c', team: 'prod' } };
  assert.deepEqual(chats(afterOk(assigned, handsOn, { chat: 'c', seq: 7 })), ['d']);
});

test('customer: the open chat and where it stands', () => {
  const starts = { type: 'chat.start', fields: { team: 'media' } };
  let hello = afterOk(VISITOR, starts, { chat: 'c', seq: 2, state: 'queued' });
  assert.deepEqual(hello.chats, [{ chat: 'c', state: 'queued', team: 'media', seq: 2 }]);
  hello = afterEvent(hello, { type: 'chat.assigned', chat: 'c', seq: 3, staff: { id: 'x' } });
  assert.deepEqual(hello.chats, [{ chat: 'c', state: 'active', team: 'media', seq: 3 }]);
  assert.deepEqual(afterEvent(VISITOR, { type: 'chat.started', chat: 'c', seq: 1, team: 'media' }).chats, [
    { chat: 'c', state: 'queued', team: 'media', seq: 1 },
  ]);
  assert.deepEqual(afterEvent(hello, { type: 'chat.closed', chat: 'c', seq: 4 }).chats, []);
  assert.deepEqual(afterOk(hello, { type: 'chat.end', fields: { chat: 'c' } }, { chat: 'c', seq: 4 }).chats, []);
  assert.equal(afterOk(hello, { type: 'identify', fields: {} }, { visitor: 'w', token: 'u', chats: [] }).token, 'u');
});

test('a replay of what is old does not set a chat back', () => {
  assert.equal(afterEvent(STAFF, { type: 'message', chat: 'c', seq: 2, at: 'before' }).chats[0].seq, 4);
  assert.deepEqual(afterEvent(STAFF, { type: 'message', chat: 'c', seq: 5, at: 'now' }).chats[0], {
    chat: 'c',
    state: 'active',
    seq: 5,
    last_at: 'now',
  });
  const sends = { type: 'message.send', fields: { chat: 'c' } };
  assert.equal(afterOk(STAFF, sends, { chat: 'c', seq: 6, at: 'now' }).chats[0].seq, 6);
});

test('what is offered is known to who comes later, until it is answered, taken back or taken', () => {
  const offered = (/** @type {import('../../../widgets/shared/static/client/types.js').Ok} */ hello) =>
    (hello.offers ?? []).map((/** @type {{about: {chat: string}}} */ one) => one.about.chat);
  const hello = afterEvent(STAFF, { type: 'chat.offered', about, expires_at: 'then' });
  assert.deepEqual(offered(hello), ['d']);
  assert.deepEqual(offered(afterEvent(hello, { type: 'chat.offered', about, expires_at: 'then' })), ['d']);
  assert.deepEqual(offered(afterEvent(hello, { type: 'chat.withdrawn', chat: 'd', reason: 'taken' })), []);
  assert.deepEqual(offered(afterOk(hello, { type: 'chat.decline', fields: { chat: 'd' } }, { chat: 'd' })), []);
  assert.deepEqual(offered(afterOk(hello, { type: 'chat.accept', fields: { chat: 'd' } }, { about })), []);
});

test('an alarm is known to who comes later, until it is over; so is who set one’s status, and why', () => {
  const alarm = { type: 'alarm', kind: 'agent_gone', team: 'media', chat: 'c', since: 'then' };
  const chats = (/** @type {import('../../../widgets/shared/static/client/types.js').Ok} */ hello) =>
    (hello.alarms ?? []).map((/** @type {{chat: string}} */ { chat }) => chat);
  const hello = [alarm, { ...alarm, chat: 'd' }, { ...alarm, kind: 'first_reply' }, alarm].reduce(afterEvent, STAFF);
  assert.deepEqual(chats(hello), ['d', 'c', 'c']);
  assert.deepEqual(chats(afterEvent(hello, { ...alarm, over: true })), ['d', 'c']);
  const gone = { staff: 'agent', status: 'away', reason: 'Inactive for a while', since: 'then', by: 'system' };
  const away = afterEvent(STAFF, { type: 'presence', capacity: 5, ...gone });
  assert.deepEqual([away.reason, away.since, away.by], ['Inactive for a while', 'then', 'system']);
  const comes = { type: 'presence.set', fields: { status: 'available' } };
  assert.equal(afterOk(away, comes, { status: 'available', capacity: 5, paused: [] }).by, 'self');
});
