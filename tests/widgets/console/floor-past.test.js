import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { careWords, lasted, pastWords } = await import('../../../widgets/console/static/floor-past.js');

const stamp = (/** @type {string} */ at) => at.slice(11, 16);
const PAST = {
  kind: 'next_reply',
  team: 'media',
  ticket: null,
  chat: 'c',
  staff: { id: 'p', name: 'Priya' },
  raised_at: '2026-11-25T12:00:00.000Z',
  cleared_at: /** @type {string|null} */ ('2026-11-25T12:01:30.000Z'),
  had_by: null,
  muted_by: null,
  muted_until: null,
};

test('an alarm of the past names its agent, and says for how long it stood', () => {
  assert.deepEqual([pastWords(PAST, stamp), lasted(PAST, 0)], ['Next response overdue, Priya', '1 min 30 s']);
  assert.equal(pastWords({ ...PAST, kind: 'queue', staff: null }, stamp), 'Wait over the target');
});

test('alarms about chats name the customer, or else the start of the chat', () => {
  const chat = { ...PAST, chat_started_at: '2026-11-25T11:40:00.000Z' };
  assert.equal(pastWords({ ...chat, customer: 'Ana' }, stamp), 'Next response overdue, Ana, with Priya');
  assert.equal(pastWords({ ...chat, customer: null }, stamp), 'Next response overdue, chat from 11:40, with Priya');
  assert.equal(pastWords({ ...chat, customer: 'Ana', staff: null }, stamp), 'Next response overdue, Ana');
});

test('an alarm that still stands has lasted until now, never less than nothing', () => {
  const stands = { ...PAST, cleared_at: null };
  const began = new Date(PAST.raised_at).getTime();
  assert.equal(lasted(stands, began + 5_000), '5 s so far');
  assert.equal(lasted(stands, began - 5_000), '0 s so far');
});

test('the history says who took an alarm, and who muted it until when', () => {
  const ines = { id: 'i', name: 'Ines' };
  const muted = { ...PAST, muted_by: ines, muted_until: '2026-11-25T13:00:00.000Z' };
  assert.deepEqual(
    [PAST, { ...PAST, had_by: ines }, muted, { ...muted, had_by: ines }].map((one) => careWords(one, stamp)),
    ['', 'Ines', 'muted by Ines until 13:00', 'Ines, muted by Ines until 13:00'],
  );
});
