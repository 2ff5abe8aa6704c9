import assert from 'node:assert/strict';
import test from 'node:test';
import { Visit } from '../../../widgets/customer/static/visit.js';

/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const CUSTOMER = { kind: 'customer', id: 'v', name: null };
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const AGENT = { kind: 'staff', id: 'u', name: 'Priya Raman' };
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const SYSTEM = { kind: 'system', id: null, name: null };
const DECIDE_BY = '2026-11-26T00:00:00.000Z';
const KEPT_UNTIL = '2026-11-26T00:15:00.000Z';
/** What is asked of a customer in line at closing time. */
const ASKED = { type: 'chat.closing', chat: 'c', decide_by: DECIDE_BY, waits_until: null, default: 'ticket' };
const TEAMS = [{ team: 'media', name: 'Media', products: [] }];

function visiting() {
  const visit = new Visit();
  const chat = visit.greeted({ teams: TEAMS, chats: [{ chat: 'c', state: 'queued', team: 'media', seq: 2 }] }, null);
  let seq = 0;
  const told = (
    /** @type {string} */ type,
    /** @type {import('../../../widgets/shared/static/client/types.js').Sender} */ from,
    more = {},
  ) => {
    seq += 1;
    visit.told({ type, chat: 'c', seq, prev: seq - 1, at: '', from, ...more });
  };
  return { visit, chat, told };
}

test('an open chat outranks the one that is remembered', () => {
  assert.equal(visiting().chat, 'c');
  const visit = new Visit();
  assert.equal(visit.greeted({ teams: TEAMS, chats: [] }, 'old'), 'old');
  assert.equal(new Visit().greeted({ teams: TEAMS, chats: [] }, null), null);
});

test('a second hello does not change the chat', () => {
  const { visit } = visiting();
  assert.equal(visit.greeted({ teams: TEAMS, chats: [{ chat: 'another' }] }, null), null);
  assert.equal(visit.chat, 'c');
});

test('a chat goes from the line to the agent to its ticket', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  visit.heard({ type: 'queue.position', chat: 'c', position: 3, wait_s: null });
  assert.deepEqual([visit.phase, visit.position, visit.teamName()], ['queued', 3, 'Media']);
  told('chat.assigned', AGENT, { staff: { id: 'u', name: 'Priya Raman' } });
  assert.deepEqual([visit.phase, visit.agent?.name, visit.position], ['active', 'Priya Raman', null]);
  told('chat.closed', AGENT, { ticket: 7, status: 'solved', reason: 'closed' });
  assert.deepEqual([visit.phase, visit.outcome?.ticket], ['closed', 7]);
});

test('a chat that has an agent, or is over, has no position and no wait time', () => {
  for (const type of ['chat.assigned', 'chat.closed']) {
    const { visit, told } = visiting();
    told('chat.started', CUSTOMER, { team: 'media' });
    visit.heard({ type: 'queue.position', chat: 'c', position: 1, wait_s: 0 });
    told(type, AGENT, { staff: { id: 'u', name: 'Priya Raman' }, at: '2026-01-01T00:00:00Z' });
    assert.deepEqual([visit.position, visit.waitS], [null, null]);
  }
});

test('a late answer to what began the chat does not put it back into the line', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  told('message', CUSTOMER, { text: 'hi' });
  visit.holds({ chat: 'c', seq: 2, state: 'queued', position: 1, wait_s: null });
  assert.deepEqual([visit.phase, visit.position], ['queued', 1]);
  told('chat.assigned', AGENT, { staff: { id: 'u', name: 'Priya Raman' } });
  visit.holds({ chat: 'c', seq: 2, state: 'queued', position: 1, wait_s: null, dup: true });
  assert.deepEqual([visit.phase, visit.position], ['active', null]);
});

test('an agent whose connection is gone is known, and back again', () => {
  const { visit, told } = visiting();
  told('chat.assigned', AGENT, { staff: { id: 'u', name: 'Priya' } });
  visit.heard({ type: 'chat.presence', chat: 'c', from: AGENT, connected: false, since: '' });
  assert.equal(visit.agent?.connected, false);
  visit.holds({ chat: 'c', state: 'active', agent: { id: 'u', name: 'Priya', connected: true } });
  assert.equal(visit.agent?.connected, true);
});

test('unread is what staff wrote after the last look', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  told('message', CUSTOMER, { text: 'hi' });
  told('message', AGENT, { text: 'one' });
  told('message', AGENT, { text: 'two' });
  assert.equal(visit.unread, 2);
  visit.holds({ chat: 'c', state: 'active', read: { customer: 3, staff: 2 } });
  assert.deepEqual([visit.unread, visit.readByStaff], [1, 2]);
  visit.readUpto(4);
  assert.equal(visit.unread, 0);
});

test('what another tab has read is read here too', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  told('message', AGENT, { text: 'one' });
  told('message', AGENT, { text: 'two' });
  visit.heard({ type: 'read', chat: 'c', upto: 2, from: CUSTOMER });
  assert.deepEqual([visit.unread, visit.readByStaff], [1, 0]);
});

test('what is said of another chat changes nothing', () => {
  const { visit } = visiting();
  const closed = { ticket: 1, status: 'open', reason: 'ended' };
  visit.told({ type: 'chat.closed', chat: 'another', seq: 9, prev: 8, at: '', from: AGENT, ...closed });
  visit.heard({ type: 'queue.position', chat: 'another', position: 1, wait_s: null });
  assert.deepEqual([visit.phase === 'closed', visit.position], [false, null]);
});

test('closing time while in line: until when to decide, and the place kept beyond it, over a reload too', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  visit.heard(ASKED);
  assert.equal(visit.decideBy, DECIDE_BY);
  told('chat.waiting', CUSTOMER, { until: KEPT_UNTIL });
  assert.deepEqual([visit.decideBy, visit.waitsUntil], [null, KEPT_UNTIL]);
  told('chat.assigned', AGENT, { staff: AGENT });
  visit.heard(ASKED);
  assert.deepEqual(
    [visit.phase, visit.decideBy, visit.waitsUntil],
    ['active', null, null],
    'whoever is talked with has nothing to decide',
  );
  const again = visiting().visit;
  again.holds({ chat: 'c', state: 'queued', closing: { decide_by: DECIDE_BY, default: 'ticket' } });
  assert.equal(again.decideBy, DECIDE_BY);
  again.holds({ chat: 'c', state: 'queued', waits_until: KEPT_UNTIL });
  assert.deepEqual([again.decideBy, again.waitsUntil], [null, KEPT_UNTIL]);
});

test('where the hours are extended nothing is to be chosen any more, nor ends a place that is kept; so after a reload', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  visit.heard(ASKED);
  visit.heard({ ...ASKED, decide_by: null });
  assert.equal(visit.decideBy, null);
  visit.heard(ASKED);
  visit.holds({ chat: 'c', state: 'queued' });
  assert.equal(visit.decideBy, null);
  told('chat.waiting', CUSTOMER, { until: KEPT_UNTIL });
  visit.heard({ ...ASKED, decide_by: null, waits_until: '2026-11-26T00:45:00.000Z' });
  assert.equal(visit.waitsUntil, '2026-11-26T00:45:00.000Z');
  visit.heard({ ...ASKED, decide_by: null });
  assert.equal(visit.waitsUntil, null);
});

test('what was asked at closing time stands when an offer is let pass, and goes when another team’s line is joined', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  visit.heard(ASKED);
  told('chat.queued', SYSTEM, { team: 'media', reason: 'declined' });
  assert.deepEqual([visit.phase, visit.decideBy], ['queued', DECIDE_BY]);
  told('chat.waiting', CUSTOMER, { until: KEPT_UNTIL });
  told('chat.queued', SYSTEM, { team: 'media', reason: 'declined' });
  assert.deepEqual([visit.decideBy, visit.waitsUntil], [null, KEPT_UNTIL]);
  told('chat.queued', SYSTEM, { team: 'prod', reason: 'overflow' });
  assert.deepEqual([visit.decideBy, visit.waitsUntil, visit.moved], [null, null, true]);
  visit.heard(ASKED);
  told('chat.queued', SYSTEM, { team: 'prod', reason: 'declined' });
  assert.deepEqual([visit.decideBy, visit.moved], [DECIDE_BY, true]);
});

test('what is asked while a colleague may take what was handed on is there once they let it pass', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  told('chat.assigned', AGENT, { staff: AGENT });
  told('chat.left', AGENT, { who: AGENT, reason: 'transferred' });
  told('chat.transferred', AGENT, { from_team: 'media', to_team: 'prod', to_staff: { id: 'w', name: 'Mateo' } });
  visit.heard(ASKED);
  told('chat.queued', SYSTEM, { team: 'prod', reason: 'declined' });
  assert.deepEqual([visit.phase, visit.decideBy], ['queued', DECIDE_BY]);
});

test('back in the queue there is no agent any longer', () => {
  const { visit, told } = visiting();
  told('chat.assigned', AGENT, { staff: AGENT });
  told('chat.queued', SYSTEM, { team: 'media', reason: 'agent_gone' });
  assert.deepEqual([visit.phase, visit.agent], ['queued', null]);
});

test('openings and closings reach the page that is open', () => {
  const { visit } = visiting();
  visit.heard({ type: 'hours', teams: [{ ...TEAMS[0], open: false }] });
  assert.equal(visit.teams[0].open, false);
  const tech = { team: 'tech', name: 'Tech', products: [], open: true };
  visit.heard({ type: 'hours', teams: [{ ...TEAMS[0], open: true }, tech] });
  visit.closedFor('tech', 'then');
  assert.deepEqual([visit.teams[0].open, visit.teams[0].opens_at], [true, undefined]);
  assert.deepEqual([visit.teams[1].open, visit.teams[1].opens_at], [false, 'then']);
});

test('a chat that somebody answered can be rated for thirty days; the last rating counts', () => {
  const { visit, told } = visiting();
  const closed = { at: '2026-11-01T12:00:00.000Z', ticket: 7, status: 'solved', reason: 'closed' };
  const day = (/** @type {number} */ days) => Date.parse(closed.at) + days * 86_400_000;
  told('chat.assigned', AGENT, { staff: AGENT });
  assert.equal(visit.rateable(day(0)), false);
  told('chat.closed', AGENT, closed);
  assert.deepEqual([visit.rateable(day(29)), visit.rateable(day(31))], [true, false]);
  told('chat.rated', CUSTOMER, { score: 2, comment: 'slow' });
  told('chat.rated', CUSTOMER, { score: 5, comment: null });
  assert.deepEqual(visit.rating, { score: 5, comment: null });
  const unanswered = visiting();
  unanswered.told('chat.closed', AGENT, { ...closed, reason: 'missed' });
  assert.equal(unanswered.visit.rateable(day(0)), false);
});

test('what was removed before it was seen is no news', () => {
  const { visit, told } = visiting();
  told('message', AGENT, { text: 'a slip' });
  told('message.redacted', AGENT, { of: 1 });
  told('message', AGENT, { text: null, redacted: true });
  assert.equal(visit.unread, 0);
});

test('silence is told step by step, and over with the next word of anybody', () => {
  const { visit, told } = visiting();
  told('chat.assigned', AGENT, { staff: AGENT });
  const silent = (/** @type {string} */ at, step = 1) =>
    visit.heard({ type: 'chat.silent', chat: 'c', ends_at: at, step });
  silent('then');
  assert.deepEqual(visit.silent, { endsAt: 'then', told: 1 });
  silent('then', 2);
  assert.equal(visit.silent?.told, 2);
  told('message', CUSTOMER, { text: 'still here' });
  assert.equal(visit.silent, null);
  silent('later');
  assert.deepEqual(visit.silent, { endsAt: 'later', told: 1 });
});

test('another team’s line is told as such, until somebody is there', () => {
  const { visit, told } = visiting();
  told('chat.started', CUSTOMER, { team: 'media' });
  told('chat.queued', SYSTEM, { team: 'prod', reason: 'overflow' });
  assert.deepEqual([visit.team, visit.moved], ['prod', true]);
  told('chat.assigned', AGENT, { staff: AGENT });
  assert.equal(visit.moved, false);
});
