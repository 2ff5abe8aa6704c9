import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../support/served.js';

/** @import { Ticket } from '../../../widgets/customer/static/conversations.js' */

const { LiveTalk, lastWords, rowOf } = await import('../../../widgets/customer/static/conversation-rows.js');
const { Visit } = await import('../../../widgets/customer/static/visit.js');

const NOW = new Date(2026, 10, 24, 16, 0).getTime();
const PRIYA = { kind: 'staff', id: 's1', name: 'Priya Raman' };
const ME = { kind: 'customer', id: 'v1', name: 'Danielle' };

/** @param {Partial<Ticket>} [more] @returns {Ticket} */
const ticket = (more) => ({
  number: 7,
  status: 'open',
  subject: 'Dates',
  updated_at: new Date(2026, 10, 24, 10, 26).toISOString(),
  closed_at: null,
  reopen_until: null,
  assignee: null,
  unread: 0,
  last: null,
  live: null,
  ...more,
});

test('last words name their author, and oneself as You', () => {
  const said = { text: 'Which dates?', files: 0, own: false };
  assert.equal(lastWords({ ...said, from: PRIYA }), 'Priya: Which dates?');
  assert.equal(lastWords({ ...said, from: ME, own: true }), 'You: Which dates?');
  assert.equal(lastWords({ ...said, from: ME }), 'Danielle: Which dates?');
  assert.equal(lastWords({ ...said, from: { ...ME, name: null } }), 'Which dates?');
  assert.equal(lastWords({ ...said, from: { ...PRIYA, name: null } }), 'Support: Which dates?');
});

test('last words of staff are shown without Markdown, those of customers as they were typed', () => {
  const said = { text: '**Done**:\n- one', files: 0, own: false };
  assert.equal(lastWords({ ...said, from: PRIYA }), 'Priya: Done: one');
  assert.equal(lastWords({ ...said, from: ME, own: true }), 'You: **Done**:\n- one');
});

test('last words without a text name the files, or that the message was removed', () => {
  const said = { from: PRIYA, text: null, own: false };
  assert.equal(lastWords({ ...said, files: 1 }), 'Priya: 1 file');
  assert.equal(lastWords({ ...said, files: 3 }), 'Priya: 3 files');
  assert.equal(lastWords({ ...said, files: 0 }), 'Priya: Message removed');
});

test('a row shows the hour of today and the day of earlier changes', () => {
  assert.equal(rowOf(ticket(), NOW).time, '10:26');
  assert.equal(rowOf(ticket({ updated_at: new Date(2026, 10, 21, 9).toISOString() }), NOW).time, 'Nov\u00a021');
  assert.equal(
    rowOf(ticket({ updated_at: new Date(2025, 10, 21, 9).toISOString() }), NOW).time,
    'Nov\u00a021,\u00a02025',
  );
});

test('a row of a solved ticket says until when it can be reopened', () => {
  const reopen_until = new Date(2026, 11, 22).toISOString();
  assert.equal(rowOf(ticket({ status: 'solved', reopen_until }), NOW).until, 'reopen until Dec\u00a022');
  const closed = rowOf(ticket({ status: 'solved', reopen_until, closed_at: reopen_until }), NOW);
  assert.deepEqual([closed.until, closed.locked], ['', true]);
  assert.equal(rowOf(ticket({ reopen_until }), NOW).until, '');
});

test('a row without a subject has its number', () => {
  assert.equal(rowOf(ticket({ subject: null }), NOW).subject, 'Ticket #7');
});

test('a row shows who wrote last, else who works on it', () => {
  const last = { from: PRIYA, text: 'Hi', files: 0, own: false, at: '' };
  assert.equal(rowOf(ticket({ last }), NOW).person?.name, 'Priya Raman');
  assert.equal(
    rowOf(ticket({ last: { ...last, from: ME }, assignee: { id: 's2', name: 'Mateo' } }), NOW).person?.name,
    'Mateo',
  );
  assert.equal(rowOf(ticket({ last: { ...last, from: ME } }), NOW).person, null);
});

/** @param {object[]} events */
function talkOf(...events) {
  const visit = new Visit();
  visit.teams = [
    {
      team: 'media',
      name: 'Media',
      products: [],
      open: true,
      opens_at: null,
      closes_at: null,
      waiting: 0,
      wait_s: null,
    },
  ];
  visit.join('c1');
  const told = /** @type {import('../../../widgets/shared/static/client/types.js').Durable[]} */ (
    /** @type {unknown} */ ([
      { type: 'chat.started', team: 'media' },
      { type: 'message', from: ME, text: 'Add 3 planners\nto Lumina', files: [] },
      ...events,
    ])
  );
  const talk = new LiveTalk();
  for (const [place, event] of told.entries()) {
    visit.told({ ...event, chat: 'c1', seq: place + 1 });
    talk.told({ ...event, chat: 'c1', seq: place + 1 });
  }
  return { visit, words: (/** @type {string|null} */ typing) => talk.words(visit, typing) };
}

test('a chat in line is named by its first line and says its place', () => {
  const { visit, words: shown } = talkOf();
  visit.position = 2;
  visit.waitS = 240;
  const words = 'You’re number 2 in\u00a0line, about 4 minutes';
  assert.deepEqual(shown(null), { subject: 'Add 3 planners', words, meta: 'Media' });
});

test('a chat under way shows the last words, or who is typing', () => {
  const jonas = { id: 's3', name: 'Jonas Lind' };
  const { words } = talkOf(
    { type: 'chat.assigned', staff: jonas },
    { type: 'message', from: { kind: 'staff', ...jonas }, text: 'How many?', files: [] },
  );
  assert.deepEqual(words(null), {
    subject: 'Add 3 planners',
    words: 'Jonas: How many?',
    meta: 'Chat with Jonas, Media',
  });
  assert.equal(words('Jonas Lind').words, 'Jonas is typing');
});

test('a removed text is shown nowhere', () => {
  const { words } = talkOf(
    { type: 'chat.assigned', staff: { id: 's3', name: 'Jonas' } },
    { type: 'message.redacted', of: 2 },
  );
  const said = words(null);
  assert.deepEqual([said.subject, said.words], ['Your chat', 'You: Message removed']);
});
