import assert from 'node:assert/strict';
import test from 'node:test';
import { Visit, afterWords, placeWords } from '../../../widgets/customer/static/visit.js';
import { about } from '../../../widgets/shared/static/moments.js';

const CUSTOMER = { kind: 'customer', id: 'v', name: null };
const AGENT = { kind: 'staff', id: 'u', name: 'Priya Raman' };
const TEAMS = [{ team: 'media', name: 'Media', products: [] }];

function visiting() {
  const visit = new Visit();
  const chat = visit.greeted(/** @type {any} */ ({ teams: TEAMS, chats: [{ chat: 'c', state: 'queued', team: 'media', seq: 2 }] }), null);
  let seq = 0;
  const told = (/** @type {string} */ type, /** @type {any} */ from, more = {}) => {
    seq += 1;
    visit.told(/** @type {any} */ ({ type, chat: 'c', seq, prev: seq - 1, at: '', from, ...more }));
  };
  return { visit, chat, told };
}

test('an open chat outranks the one that is remembered', () => {
  assert.equal(visiting().chat, 'c');
  const visit = new Visit();
  assert.equal(visit.greeted(/** @type {any} */ ({ teams: TEAMS, chats: [] }), 'old'), 'old');
  assert.equal(new Visit().greeted(/** @type {any} */ ({ teams: TEAMS, chats: [] }), null), null);
});

test('a second hello does not change the chat', () => {
  const { visit } = visiting();
  assert.equal(visit.greeted(/** @type {any} */ ({ teams: TEAMS, chats: [{ chat: 'another' }] }), null), null);
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
  assert.deepEqual([visit.phase, visit.closing?.ticket], ['closed', 7]);
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

test('what is said of another chat changes nothing', () => {
  const { visit } = visiting();
  visit.told(/** @type {any} */ ({ type: 'chat.closed', chat: 'another', seq: 9, prev: 8, at: '', from: AGENT, ticket: 1, status: 'open', reason: 'ended' }));
  visit.heard({ type: 'queue.position', chat: 'another', position: 1, wait_s: null });
  assert.deepEqual([visit.phase === 'closed', visit.position], [false, null]);
});

test('a place without an estimate promises none', () => {
  assert.deepEqual(placeWords(3, 240, about), { figure: '3', line: 'You’re number 3 in line, about 4 minutes' });
  assert.deepEqual(placeWords(3, null, about), { figure: '3', line: 'You’re number 3 in line' });
  assert.equal(placeWords(1, null, about).line, 'You’re next');
  assert.deepEqual(placeWords(null, null, about), { figure: '', line: 'You’re in line' });
});

test('nothing after the chat promises a mail', () => {
  for (const reason of ['closed', 'ended', 'abandoned', 'silent', 'missed']) {
    for (const status of ['open', 'awaiting_reply', 'fixed_pending_rca', 'solved']) {
      const { title, text } = afterWords({ ticket: 48213, status, reason }, status, 'Media');
      assert.match(title, /#48213/u);
      assert.doesNotMatch(text, /mail/iu);
    }
  }
});
