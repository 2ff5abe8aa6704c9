import assert from 'node:assert/strict';
import test from 'node:test';
import { timerWords } from '../../../widgets/console/static/reply-clock.js';
import { timer } from '../../../widgets/shared/static/moments.js';
import { pluck } from '../support/pluck.js';
import '../support/served.js';

const { Chats, settle } = await import('../../../widgets/console/static/chats.js');

/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const CUSTOMER = { kind: 'customer', id: 'v', name: 'Danielle' };
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const ME = { kind: 'staff', id: 'me', name: 'Priya' };
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const OTHER = { kind: 'staff', id: 'other', name: 'Mateo' };
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const SYSTEM = { kind: 'system', id: null, name: null };
const NOW = Date.UTC(2026, 10, 25, 12);
const iso = (/** @type {number} */ ago) => new Date(NOW - ago * 1000).toISOString();

/** @type {import('../../../widgets/shared/static/types.js').Team} */
const TEAM = {
  team: 'media',
  name: 'Media',
  products: [],
  open: true,
  opens_at: null,
  closes_at: null,
  waiting: 0,
  wait_s: null,
  first_reply_s: 180,
};

/** @param {string} chat */
const about = (chat, more = {}) => ({
  chat,
  state: 'active',
  team: 'media',
  customer: { id: 'v', name: 'Danielle' },
  last_at: iso(100),
  reply_owed_since: null,
  subject: null,
  ...more,
});

/** @param {any[]} abouts */
function holding(abouts) {
  const chats = new Chats();
  const followed = chats.greeted(/** @type {any} */ ({ staff: 'me', teams: [TEAM], chats: abouts }));
  /** @type {Map<string, number>} */
  const seqs = new Map();
  const told = (
    /** @type {string} */ chat,
    /** @type {string} */ type,
    /** @type {import('../../../widgets/shared/static/client/types.js').Sender} */ from,
    /** @type {number} */ ago,
    more = {},
  ) => {
    const seq = (seqs.get(chat) ?? 0) + 1;
    seqs.set(chat, seq);
    return chats.told({ type, chat, seq, prev: seq - 1, at: iso(ago), from, ...more });
  };
  const groups = () => chats.groups(NOW);
  return { chats, followed, told, groups };
}

test('a chat that is assigned owes a first response until its agent writes', () => {
  const { told, groups } = holding([about('a')]);
  told('a', 'chat.started', CUSTOMER, 300, { team: 'media' });
  told('a', 'message', CUSTOMER, 300, { text: 'hello' });
  assert.equal(told('a', 'chat.assigned', SYSTEM, 100, { staff: ME }), 'assigned');
  assert.deepEqual(pluck(groups().owed, 'timer'), [{ text: 'left', ms: 80_000, tone: '' }]);
  told('a', 'message', ME, 10, { text: 'hi' });
  assert.deepEqual([groups().owed.length, groups().theirs.length], [0, 1]);
  told('a', 'message', CUSTOMER, 5, { text: 'and' });
  assert.equal(groups().yours[0].since, NOW - 5_000);
});

test('a first response is amber in its last minute and red once it is over', () => {
  for (const [ago, text, tone] of /** @type {Array<[number, string, string]>} */ ([
    [100, '1:20 left', ''],
    [146, '0:34 left', 'due'],
    [228, '0:48 over', 'over'],
  ])) {
    const { told, groups } = holding([about('a')]);
    told('a', 'chat.assigned', SYSTEM, ago, { staff: ME });
    const [row] = groups().owed;
    assert.deepEqual([timerWords(row.timer, timer), row.timer.tone], [text, tone]);
  }
});

test('each group has the longest wait first, counted from the first message without an answer', () => {
  const { told, groups } = holding([about('a'), about('b')]);
  for (const [chat, ago] of /** @type {Array<[string, number]>} */ ([
    ['a', 30],
    ['b', 90],
  ])) {
    told(chat, 'message', ME, 200, { text: 'x' });
    told(chat, 'message', CUSTOMER, ago, { text: 'y' });
    told(chat, 'message', CUSTOMER, 1, { text: 'z' });
  }
  assert.deepEqual(pluck(groups().yours, 'chat'), ['b', 'a']);
});

test('what a supervisor whispers stands in the row, unread, whoever’s turn it is; a colleague’s note does not', () => {
  const { chats, told, groups } = holding([about('a')]);
  told('a', 'message', CUSTOMER, 50, { text: 'hello' });
  told('a', 'message', ME, 40, { text: 'Hi' });
  told('a', 'note', OTHER, 30, { text: 'overlaps' });
  assert.deepEqual([groups().theirs[0].preview, chats.unread], ['Hi', 0]);
  told('a', 'note', OTHER, 20, { text: 'Confirm both dates.', whisper: true });
  assert.deepEqual(
    [groups().theirs[0].preview, groups().theirs[0].own, chats.unread],
    ['Mateo whispers: Confirm both dates.', false, 1],
  );
  chats.read('a', 9);
  assert.equal(chats.unread, 0);
});

test('a row shows what staff wrote without its marks, and a customer’s text as they typed it', () => {
  const { chats, told, groups } = holding([about('a')]);
  told('a', 'message', CUSTOMER, 50, { text: '**not** marked' });
  assert.equal(groups().yours[0].preview, '**not** marked');
  told('a', 'message', ME, 40, { text: 'Open **Orders**:\n- `dates`\n- rates' });
  assert.deepEqual([groups().theirs[0].preview, chats.of('a').last?.text], Array(2).fill('Open Orders: dates, rates'));
  told('a', 'note', OTHER, 20, { text: '**Both** dates.', whisper: true });
  assert.equal(groups().theirs[0].preview, 'Mateo whispers: Both dates.');
});

test('the first response that is late soonest comes first, whoever has waited longest', () => {
  const { chats, told, groups } = holding([about('a'), about('b', { team: 'finance' })]);
  chats.hours([{ ...TEAM, team: 'finance', name: 'Finance', first_reply_s: 60 }]);
  told('a', 'chat.assigned', SYSTEM, 100, { staff: ME });
  told('b', 'chat.assigned', SYSTEM, 50, { staff: ME });
  assert.deepEqual(pluck(groups().owed, 'chat'), ['b', 'a']);
  assert.deepEqual(pluck(chats.groups(NOW + 200_000).owed, 'chat'), ['b', 'a']);
});

test('unread counts what the customer wrote since the last look, and a reply is a look', () => {
  const { chats, told } = holding([about('a')]);
  told('a', 'message', CUSTOMER, 50, { text: '1' });
  told('a', 'message', CUSTOMER, 40, { text: '2' });
  assert.deepEqual([chats.unread, chats.needing], [2, 1], 'two messages of one chat');
  chats.resumed({ chat: 'a', read: { staff: 1, customer: 0 } });
  assert.deepEqual([chats.unread, chats.needing], [1, 1]);
  told('a', 'message', ME, 30, { text: '3' });
  assert.deepEqual([chats.unread, chats.needing], [0, 0]);
});

test('an address that a customer gives later is theirs at once', () => {
  const { chats, told } = holding([about('a')]);
  told('a', 'chat.addressed', CUSTOMER, 10, { email: 'lise@northlake.example' });
  assert.equal(chats.of('a').about?.customer.email, 'lise@northlake.example');
});

test('an event twice counts once', () => {
  const { chats } = holding([about('a')]);
  const frame = { type: 'message', chat: 'a', seq: 1, prev: 0, at: iso(1), from: CUSTOMER, text: 'x' };
  assert.equal(chats.told(frame), 'message');
  assert.equal(chats.told(frame), null);
  assert.equal(chats.unread, 1);
});

test('the past of a new chat comes before it is held', () => {
  const { chats, told } = holding([]);
  told('n', 'chat.started', CUSTOMER, 20, { team: 'media' });
  told('n', 'message', CUSTOMER, 20, { text: 'first' });
  assert.equal(chats.count, 0);
  told('n', 'chat.assigned', SYSTEM, 1, { staff: ME, about: about('n') });
  assert.deepEqual([chats.count, chats.groups(NOW).owed[0].preview], [1, 'first']);
});

test('a chat that is closed, or with a colleague, leaves the list', () => {
  const { chats, told } = holding([about('a'), about('b')]);
  assert.equal(told('a', 'chat.closed', CUSTOMER, 1, { ticket: 1 }), 'closed');
  assert.equal(told('b', 'chat.assigned', SYSTEM, 1, { staff: OTHER }), 'lost');
  assert.equal(chats.count, 0);
});

test('a chat that goes back to the queue is nobody’s, until a colleague has it', () => {
  const { chats, told } = holding([about('a')]);
  assert.equal(told('a', 'chat.queued', SYSTEM, 2, { team: 'media', reason: 'agent_gone' }), 'lost');
  assert.deepEqual([chats.count, chats.of('a').by], [0, null]);
  told('a', 'chat.assigned', SYSTEM, 1, { staff: OTHER });
  assert.equal(chats.of('a').by, 'Mateo');
});

test('the first line that the customer wrote is kept', () => {
  const { chats, told } = holding([about('a')]);
  told('a', 'message', ME, 50, { text: 'Hi' });
  told('a', 'message', CUSTOMER, 40, { text: '  The dates\nare refused' });
  told('a', 'message', CUSTOMER, 30, { text: 'again' });
  assert.equal(chats.of('a').firstLine, 'The dates');
});

test('what a new hello does not list is no longer held', () => {
  const { chats } = holding([about('a'), about('b')]);
  assert.deepEqual(chats.greeted(/** @type {any} */ ({ staff: 'me', teams: [], chats: [about('b')] })), ['b']);
  assert.equal(chats.count, 1);
});

test('a customer who is gone is shown with when', () => {
  const { chats, told, groups } = holding([about('a')]);
  told('a', 'message', ME, 400, { text: 'x' });
  chats.heard({ type: 'chat.presence', chat: 'a', from: CUSTOMER, connected: false, since: iso(370) });
  assert.equal(timerWords(groups().theirs[0].timer, timer), 'left 6 min ago');
  chats.heard({ type: 'chat.presence', chat: 'a', from: CUSTOMER, connected: true, since: iso(0) });
  assert.equal(timerWords(groups().theirs[0].timer, timer), '6:40');
});

test('a corrected name and address are shown at once', () => {
  const { chats } = holding([about('a')]);
  chats.heard({ type: 'chat.customer', chat: 'a', name: 'Danielle Okonkwo', email: null });
  assert.deepEqual(chats.of('a').about?.customer, { id: 'v', name: 'Danielle Okonkwo', email: null });
});

test('after a reset a chat is as if nothing had been told, and still held', () => {
  const { chats, told } = holding([about('a')]);
  told('a', 'message', CUSTOMER, 50, { text: '1' });
  chats.forget('a');
  assert.deepEqual([chats.unread, chats.count, chats.of('a').lastSeq], [0, 1, 0]);
});

test('no row moves under the pointer: new ones come last, gone ones leave', () => {
  const shown = { owed: ['a'], yours: ['b', 'c'], theirs: [] };
  const wanted = { owed: ['n'], yours: ['c', 'a'], theirs: ['x'] };
  assert.deepEqual(settle(shown, wanted, true), { owed: ['a', 'n'], yours: ['c'], theirs: ['x'] });
  assert.equal(settle(shown, wanted, false), wanted);
});

test('the desk’s word that a first response is overdue counts, until somebody replies', () => {
  const { chats, told, groups } = holding([about('a')]);
  told('a', 'chat.assigned', ME, 30, { staff: { id: 'me', name: 'Priya' }, about: about('a') });
  chats.heard({ type: 'alarm', kind: 'first_reply', chat: 'a', team: 'media' });
  assert.deepEqual([groups().owed[0].timer.tone, groups().owed[0].timer.ms], ['over', 0]);
  told('a', 'message', ME, 20, { text: 'Hello' });
  assert.equal(groups().owed.length, 0);
});

test('the first line that is taken back is no subject, nor is the next one, nor what is shown and says the same', () => {
  const { chats, told } = holding([
    about('a'),
    about('b', { subject: '4111 1111 1111 1111' }),
    about('c', { subject: 'My card' }),
  ]);
  for (const chat of ['a', 'b', 'c']) {
    told(chat, 'chat.started', CUSTOMER, 300, { team: 'media' });
    told(chat, 'message', CUSTOMER, 300, { text: '4111 1111 1111 1111\nis my card' });
    assert.equal(chats.of(chat).firstLine, '4111 1111 1111 1111');
    told(chat, 'message.redacted', CUSTOMER, 200, { of: 2 });
    told(chat, 'message', CUSTOMER, 100, { text: 'and now?' });
  }
  assert.deepEqual(
    ['a', 'b', 'c'].map((chat) => [chats.of(chat).firstLine, chats.of(chat).about?.subject]),
    [
      ['', null],
      ['', null],
      ['', 'My card'],
    ],
  );
});

test('the first line stays a subject where something else is taken back', () => {
  const { chats, told } = holding([about('a')]);
  told('a', 'message', CUSTOMER, 300, { text: '\n Cannot sign in \nsince noon' });
  told('a', 'message', CUSTOMER, 200, { text: '4111 1111 1111 1111' });
  told('a', 'message.redacted', CUSTOMER, 100, { of: 2 });
  assert.equal(chats.of('a').firstLine, 'Cannot sign in');
});

test('after a reload the first line that was taken back has no heir', () => {
  const { chats, told } = holding([about('a')]);
  told('a', 'message', CUSTOMER, 300, { text: null, redacted: true });
  told('a', 'message', CUSTOMER, 200, { text: 'and now?' });
  assert.equal(chats.of('a').firstLine, '');
});

/** A chat whose customer waits for another reply. @param {number} ago */
function answered(ago, more = {}) {
  const held = holding([about('a', more)]);
  held.told('a', 'message', ME, ago + 100, { text: 'Hi' });
  held.told('a', 'message', CUSTOMER, ago, { text: 'and?' });
  held.told('a', 'message', CUSTOMER, 1, { text: 'Hello?' });
  return held;
}

test('a next response is plain, amber in the last minute and red past the target, from the first word unanswered', () => {
  for (const [ago, text, tone] of /** @type {Array<[number, string, string]>} */ ([
    [239, '3:59', ''],
    [240, '1:00 left', 'due'],
    [252, '0:48 left', 'due'],
    [451, '2:31 over', 'over'],
  ])) {
    const [row] = answered(ago).groups().yours;
    assert.deepEqual([timerWords(row.timer, timer), row.timer.tone], [text, tone]);
  }
});

test('a next response is paused while the customer is disconnected, and goes on where it stopped', () => {
  const { chats, groups } = answered(600);
  const words = () => timerWords(groups().yours[0].timer, timer);
  const presence = (/** @type {boolean} */ connected, /** @type {number} */ ago) =>
    chats.heard({ type: 'chat.presence', chat: 'a', from: CUSTOMER, connected, since: iso(ago) });
  presence(false, 400);
  assert.deepEqual([words(), groups().yours[0].timer.tone], ['paused at 3:20', '']);
  presence(true, 30);
  assert.equal(words(), '3:50');
});

test('a customer who came back while the agent had no connection is not shown as gone', () => {
  const { chats, groups } = answered(100);
  chats.heard({ type: 'chat.presence', chat: 'a', from: CUSTOMER, connected: false, since: iso(50) });
  chats.resumed({ chat: 'a' });
  assert.equal(groups().yours[0].timer.text, 'for');
});

test('the desk knows of pauses before the page was loaded', () => {
  const { chats, groups } = answered(600);
  chats.resumed({ chat: 'a', about: about('a', { reply_owed_since: iso(60) }) });
  assert.equal(timerWords(groups().yours[0].timer, timer), '1:00');
});

test('a late next response is on top of those who wait, whoever’s wait is longest', () => {
  const { chats, told, groups } = holding([about('a'), about('b', { team: 'finance' })]);
  chats.hours([{ ...TEAM, team: 'finance', name: 'Finance', next_reply_s: 60 }]);
  for (const [chat, ago] of /** @type {Array<[string, number]>} */ ([
    ['a', 200],
    ['b', 90],
  ])) {
    told(chat, 'message', ME, 300, { text: 'Hi' });
    told(chat, 'message', CUSTOMER, ago, { text: 'and?' });
  }
  assert.deepEqual(pluck(groups().yours, 'chat'), ['b', 'a']);
});

test('the desk’s word that a next response is overdue counts, until somebody replies', () => {
  const { chats, told, groups } = answered(10);
  chats.heard({ type: 'alarm', kind: 'first_reply', chat: 'a', team: 'media' });
  assert.equal(groups().yours[0].timer.tone, '');
  chats.heard({ type: 'alarm', kind: 'next_reply', chat: 'a', team: 'media' });
  assert.equal(groups().yours[0].timer.tone, 'over');
  told('a', 'message', ME, 0, { text: 'Here' });
  told('a', 'message', CUSTOMER, 0, { text: 'Thanks' });
  assert.equal(groups().yours[0].timer.tone, '');
});

test('a transferred chat says from whom it came, until somebody replies', () => {
  const { told, groups } = holding([]);
  told('n', 'chat.started', CUSTOMER, 20, { team: 'media' });
  told('n', 'message', CUSTOMER, 20, { text: 'first' });
  told('n', 'chat.transferred', OTHER, 10, { to_team: 'media' });
  told('n', 'chat.assigned', SYSTEM, 9, { staff: ME, about: about('n') });
  assert.equal(groups().owed[0].from, 'Mateo');
  assert.equal(groups().owed[0].waitingSince, NOW - 20_000);
  told('n', 'message', ME, 1, { text: 'Hi' });
  assert.equal(groups().theirs[0].from, '');
});

test('what the site says of a customer is what it said last', () => {
  const { chats, told } = holding([about('a')]);
  told('a', 'chat.started', CUSTOMER, 20, { team: 'media', fields: { Plan: 'Silver', Order: '7' } });
  assert.deepEqual(chats.of('a').fields, { Plan: 'Silver', Order: '7' });
  told('a', 'chat.described', CUSTOMER, 10, { fields: { Plan: 'Gold' } });
  assert.deepEqual(chats.of('a').fields, { Plan: 'Gold' });
});
