import assert from 'node:assert/strict';
import test from 'node:test';
import { Story, grouped, mayTakeBack, redactedKey, removed } from '../../../widgets/shared/static/story.js';
import { pluck } from '../support/pluck.js';

/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const CUSTOMER = { kind: 'customer', id: 'v', name: 'Danielle Okonkwo' };
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const AGENT = { kind: 'staff', id: 'u', name: 'Priya Raman' };
const WORDS = { team: () => 'Media', status: () => 'Fixed – Pending RCA', code: () => 'Data fix' };

/** @param {'customer'|'staff'} side @param {string} id */
function story(side, id) {
  const told = new Story({ side, id }, WORDS);
  let seq = 0;
  const add = (
    /** @type {string} */ type,
    /** @type {import('../../../widgets/shared/static/client/types.js').Sender} */ from,
    more = {},
    minute = 0,
  ) => {
    seq += 1;
    const at = new Date(Date.now() - 3_600_000 + minute * 60_000).toISOString();
    // A run around midnight has a heading of the day more.
    return told.add({ type, chat: 'c', seq, prev: seq - 1, at, from, ...more }).filter((item) => item.kind !== 'day');
  };
  return { told, add };
}

/** @param {import('../../../widgets/shared/static/story.js').Item} item */
const text = (item) => (item.parts ?? []).map((part) => (typeof part === 'string' ? part : part.strong)).join('');

test('a customer is told neither of notes nor of the queue', () => {
  const { add } = story('customer', 'v');
  assert.deepEqual(add('chat.started', CUSTOMER, { team: 'media' }), []);
  assert.deepEqual(add('note', AGENT, { text: 'secret' }), []);
  assert.equal(text(add('chat.assigned', CUSTOMER, { staff: AGENT }, 5)[0]), 'Priya Raman joined');
});

test('staff see how long somebody waited, marked from two minutes on', () => {
  for (const [minutes, gap] of /** @type {Array<[number, boolean]>} */ ([
    [1, false],
    [3, true],
  ])) {
    const { add } = story('staff', 'u');
    add('chat.started', CUSTOMER, { team: 'media', name: 'Danielle' });
    const [waited, joined] = add('chat.assigned', CUSTOMER, { staff: AGENT }, minutes);
    assert.equal(text(waited), `Waited ${minutes} min in the queue for Media`);
    assert.equal(waited.gap, gap);
    assert.equal(text(joined), 'You joined');
  }
});

test('a colleague’s message is on one’s side, and not one’s own', () => {
  const { add } = story('staff', 'somebody else');
  const [item] = add('message', AGENT, { text: 'Hello' });
  assert.deepEqual([item.mine, item.own], [true, false]);
});

test('an event that is there already adds nothing, and one that is unknown neither', () => {
  const { told, add } = story('staff', 'u');
  add('message', CUSTOMER, { text: 'one' });
  const at = new Date().toISOString();
  assert.deepEqual(told.add({ type: 'message', chat: 'c', seq: 1, prev: 0, at, from: CUSTOMER, text: 'one' }), []);
  assert.deepEqual(add('chat.sung', CUSTOMER), []);
});

test('another day has its heading', () => {
  const told = new Story({ side: 'staff', id: 'u' }, WORDS);
  const event = (/** @type {number} */ seq, /** @type {string} */ at) =>
    told.add({ type: 'message', chat: 'c', seq, prev: seq - 1, at, from: CUSTOMER, text: 'x' });
  assert.deepEqual(pluck(event(1, '2026-01-05T12:00:00.000Z'), 'kind'), ['day', 'message']);
  assert.deepEqual(pluck(event(2, '2026-01-05T12:01:00.000Z'), 'kind'), ['message']);
  assert.deepEqual(pluck(event(3, '2026-01-07T12:01:00.000Z'), 'kind'), ['day', 'message']);
});

test('whatever ends a chat, both sides read the ticket’s number, and its status as part of the sentence', () => {
  for (const reason of ['closed', 'ended', 'abandoned', 'missed', 'silent']) {
    // On the staff's side the time follows.
    for (const [side, id, end] of /** @type {Array<['customer'|'staff', string, string]>} */ ([
      ['customer', 'v', '.'],
      ['staff', 'u', ''],
    ])) {
      const [item] = story(side, id).add('chat.closed', AGENT, {
        ticket: 48213,
        status: 'fixed_pending_rca',
        reason,
        by: AGENT,
      });
      const [, outcome] = /^\S.*\. (It’s now .*)$/u.exec(text(item)) ?? [];
      assert.equal(outcome, `It’s now ticket #48213, fixed – Pending RCA${end}`);
      assert.equal(item.icon, 'search-check');
    }
  }
});

test('neighbours are one group while one person writes without a pause', () => {
  const item = (/** @type {any} */ by, /** @type {number} */ minute) =>
    /** @type {any} */ ({ kind: 'message', by, at: new Date(minute * 60_000).toISOString() });
  assert.equal(grouped(item(AGENT, 0), item(AGENT, 4)), true);
  assert.equal(grouped(item(AGENT, 0), item(AGENT, 6)), false);
  assert.equal(grouped(item(AGENT, 0), item(CUSTOMER, 1)), false);
  assert.equal(grouped(undefined, item(AGENT, 0)), false);
});

test('of a removed message its place is left, in a replay and as it happens', () => {
  const { add } = story('staff', 'u');
  const [replayed] = add('message', CUSTOMER, { text: null, redacted: true, files: [] });
  assert.deepEqual([replayed.redacted, replayed.text], [true, undefined]);
  const [item] = add('message', CUSTOMER, { text: '4111 1111', files: [{ id: 'f' }] });
  const frame = { type: 'message.redacted', chat: 'c', seq: 3, prev: 2, at: '', from: AGENT, of: 2 };
  assert.equal(redactedKey(frame), item.key);
  const left = removed(item, frame);
  assert.deepEqual([left.redacted, left.removedBy, left.files, left.seq], [true, 'Priya Raman', [], 2]);
  assert.equal(JSON.stringify(left).includes('4111'), false);
  // Whoever takes back their own needs no naming.
  assert.equal(removed(item, { ...frame, from: CUSTOMER }).removedBy, null);
});

test('whoever wrote something takes it back within five minutes', () => {
  const { add } = story('customer', 'v');
  const [mine] = add('message', CUSTOMER, { text: 'a slip' }, 0);
  const [theirs] = add('message', AGENT, { text: 'hello' }, 0);
  const written = new Date(mine.at).getTime();
  assert.equal(mayTakeBack(mine, written + 299_000), true);
  assert.equal(mayTakeBack(mine, written + 300_000), false);
  assert.equal(mayTakeBack(theirs, written), false);
});

test('staff read how a chat was rated; customers are not told of it in the conversation', () => {
  const rated = { score: 4, comment: null };
  assert.equal(text(story('staff', 'u').add('chat.rated', CUSTOMER, rated)[0]), 'Rated 4 of 5');
  const [item] = story('staff', 'u').add('chat.rated', CUSTOMER, { ...rated, comment: 'quick' });
  assert.equal(text(item), 'Rated 4 of 5: “quick”');
  assert.deepEqual(story('customer', 'v').add('chat.rated', CUSTOMER, rated), []);
});

test('a ticket’s own stream counts for itself, beside those of its chats', () => {
  const { told, add } = story('staff', 'u');
  add('message', CUSTOMER, { text: 'in the chat' });
  const frame = { type: 'message', ticket: 7, seq: 1, prev: 0, at: new Date().toISOString(), from: AGENT, text: 'Yes' };
  const reply = /** @type {import('../../../widgets/shared/static/client/types.js').Durable} */ (
    /** @type {unknown} */ (frame)
  );
  assert.equal(told.add(reply).filter(({ kind }) => kind === 'message').length, 1);
  assert.deepEqual(told.add(reply), []);
});

/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const TOM = { kind: 'staff', id: 't', name: 'Tom Reyes' };
/** @type {import('../../../widgets/shared/static/client/types.js').Sender} */
const DESK = { kind: 'system', id: null, name: null };
const TEAMS = { ...WORDS, team: (/** @type {string} */ key) => (key === 'prod' ? 'Prod' : 'Media') };

/** What one side is told of a chat that changes hands. @param {'customer'|'staff'} side @param {string} id @param {Array<[string, import('../../../widgets/shared/static/client/types.js').Sender, object]>} events */
function told(side, id, events) {
  const one = new Story({ side, id }, TEAMS);
  const at = new Date().toISOString();
  return events
    .flatMap(([type, from, more], index) =>
      one.add({ type, chat: 'c', seq: index + 1, prev: index, at, from, ...more }),
    )
    .map(text);
}

test('a chat that lost its agent says so to both sides, and who has it then', () => {
  /** @type {Array<[string, import('../../../widgets/shared/static/client/types.js').Sender, object]>} */
  const events = [
    ['chat.started', CUSTOMER, { team: 'media', name: 'Danielle' }],
    ['chat.assigned', DESK, { staff: AGENT, by: 'dispatcher' }],
    ['chat.left', DESK, { who: AGENT, reason: 'gone' }],
    ['chat.queued', DESK, { team: 'media', reason: 'agent_gone' }],
    ['chat.assigned', DESK, { staff: TOM, by: 'dispatcher' }],
  ];
  assert.deepEqual(told('customer', 'v', events), [
    'Priya Raman joined',
    'Priya’s connection dropped. A colleague takes over. You keep your place at the front.',
    'Tom Reyes joined',
  ]);
  assert.deepEqual(told('staff', 't', events), [
    'Danielle joined the queue for Media',
    'Priya Raman joined',
    'Priya Raman disconnected: back in the queue for Media',
    'You joined',
  ]);
});

test('a chat that is handed on says by whom, from where and to whom', () => {
  /** @type {(to: object) => Array<[string, import('../../../widgets/shared/static/client/types.js').Sender, object]>} */
  const events = (to) => [
    ['chat.left', AGENT, { who: AGENT, reason: 'transferred' }],
    ['chat.transferred', AGENT, { from_team: 'media', to_team: 'prod', ...to }],
  ];
  // As it was stored by earlier versions.
  for (const nobody of [{}, { to_staff: null }])
    assert.deepEqual(told('customer', 'v', events(nobody)), [
      'Priya transferred you to Prod. You’re at the front of the line there.',
    ]);
  assert.deepEqual(told('customer', 'v', events({ to_team: 'media' })), [
    'A colleague takes over. You keep your place at the front.',
  ]);
  assert.deepEqual(told('customer', 'v', events({ to_staff: TOM })), [
    'Priya transferred you to Tom Reyes, with the whole conversation.',
  ]);
  assert.deepEqual(told('staff', 'x', events({})), ['Priya Raman transferred this from Media to Prod']);
  assert.deepEqual(told('staff', 't', events({ to_staff: TOM })), [
    'Priya Raman transferred this to you from Media to Prod',
  ]);
});

test('overflow, a pass, a late first response, a pick and a take-over have words of their own', () => {
  /** @type {Array<[string, import('../../../widgets/shared/static/client/types.js').Sender, object]>} */
  const events = [
    ['chat.started', CUSTOMER, { team: 'media', name: 'Danielle' }],
    ['chat.queued', DESK, { team: 'prod', reason: 'overflow' }],
    ['chat.queued', DESK, { team: 'prod', reason: 'declined' }],
    ['chat.assigned', AGENT, { staff: AGENT, by: 'pick' }],
    ['chat.left', DESK, { who: AGENT, reason: 'no_reply' }],
    ['chat.queued', DESK, { team: 'prod', reason: 'no_reply' }],
    ['chat.assigned', DESK, { staff: AGENT, by: 'accept' }],
    ['chat.left', TOM, { who: AGENT, reason: 'taken' }],
    ['chat.assigned', TOM, { staff: TOM, by: 'take' }],
  ];
  assert.deepEqual(told('customer', 'v', events), [
    'Prod can answer sooner, so you’re in line there now. Your wait so far counts.',
    'Priya Raman joined',
    'A colleague takes over. You keep your place at the front.',
    'Priya Raman joined',
    'Tom Reyes joined',
  ]);
  assert.deepEqual(told('staff', 'u', events).slice(1), [
    'Media is too busy: moved to the queue for Prod',
    'Not accepted: back in the queue for Prod',
    'You took this from the queue',
    'You did not answer in time: back in the queue for Prod',
    'You joined',
    'Tom Reyes took over from you',
  ]);
});
