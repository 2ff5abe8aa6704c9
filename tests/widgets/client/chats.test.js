import assert from 'node:assert/strict';
import test from 'node:test';
import { Chats } from '../../../widgets/shared/static/client/chats.js';

const CUSTOMER = { kind: 'customer', id: 'visitor', name: 'Danielle', verified: false };
const AGENT = { kind: 'staff', id: 'agent', name: 'Mateo' };

/** @param {Partial<{role: 'customer'|'staff', id: string, supervisor: boolean}>} [me] */
function page(me = {}) {
  /** @type {{events: any[], replays: boolean[], asked: any[], resumed: any[], resets: string[], errors: any[]}} */
  const { events, replays, asked, resumed, resets, errors } = {
    events: [],
    replays: [],
    asked: [],
    resumed: [],
    resets: [],
    errors: [],
  };
  const chats = new Chats({
    deliver: (frame, { replay }) => {
      events.push(frame);
      replays.push(replay);
    },
    resume: (chat, after, way) => asked.push([chat, after, way]),
    resumed: (ok) => resumed.push(ok),
    reset: (chat) => resets.push(chat),
    error: (refusal) => errors.push(refusal),
  });
  const who = /** @type {any} */ ({ role: 'customer', id: 'visitor', name: null, supervisor: false, ...me });
  chats.greeted(who, true);
  const event = (/** @type {number} */ seq, more = {}) =>
    chats.event(
      /** @type {any} */ ({
        type: 'message',
        chat: 'c',
        seq,
        prev: seq - 1,
        at: `at ${seq}`,
        from: AGENT,
        text: `text ${seq}`,
        ...more,
      }),
    );
  const ok = (/** @type {number} */ seq, more = {}) =>
    chats.answered({ type: 'ok', id: 'r', seq, ...more }, { type: 'chat.resume', fields: { chat: 'c', after: 0 } });
  const sent = (/** @type {number} */ seq, more = {}, command = {}) =>
    chats.answered(
      { type: 'ok', id: 'i', chat: 'c', seq, at: `at ${seq}`, ...more },
      { type: 'message.send', fields: { chat: 'c', text: 'mine' }, ...command },
    );
  return {
    chats,
    who,
    events,
    replays,
    asked,
    resumed,
    resets,
    errors,
    event,
    ok,
    sent,
    seqs: () => events.map(({ seq }) => seq),
  };
}

/** Followed, with `count` events seen. @param {number} count @param {Parameters<typeof page>[0]} [me] */
function following(count, me) {
  const one = page(me);
  one.chats.follow('c', 0, 'resume');
  for (let seq = 1; seq <= count; seq += 1) one.event(seq, seq === 1 ? { type: 'chat.started', from: CUSTOMER } : {});
  one.ok(count);
  return one;
}

test('every event is shown once, and what comes before the ok to a resume is a replay', () => {
  const { event, ok, seqs, replays, resumed, chats } = following(2);
  event(2);
  event(3);
  event(3);
  ok(3);
  assert.deepEqual(seqs(), [1, 2, 3]);
  assert.deepEqual(replays, [true, true, false]);
  assert.deepEqual(resumed[0], { type: 'ok', id: 'r', seq: 2, chat: 'c' });
  assert.equal(chats.lastSeq('c'), 3);
  assert.equal(chats.lastSeq('another'), 0);
});

test('prev shows a hole: nothing after it is shown until a resume has closed it', () => {
  const { event, ok, seqs, asked } = following(2);
  event(5, { prev: 4 });
  event(6);
  assert.deepEqual(seqs(), [1, 2]);
  assert.deepEqual(asked.slice(1), [['c', 2, 'resume']], 'asked for once');
  for (const seq of [3, 4, 5, 6]) event(seq);
  ok(6);
  event(7);
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 6, 7]);
});

test('what this audience may not see leaves no hole', () => {
  const { event, seqs, asked } = following(2);
  event(5, { prev: 2 });
  assert.deepEqual(seqs(), [1, 2, 5]);
  assert.equal(asked.length, 1);
});

test('a resume that another tab began too early is repeated, and a hole that stays is reported, not asked for for ever', () => {
  const { ok, event, asked, resumed, errors, seqs } = following(1);
  event(9, { prev: 8 });
  ok(9);
  assert.equal(asked.length, 3);
  event(2);
  ok(9);
  assert.equal(asked.length, 4, 'it came nearer');
  ok(9);
  ok(9);
  ok(9);
  assert.equal(asked.length, 6);
  assert.equal(errors[0].chat, 'c');
  assert.equal(resumed.length, 2);
  assert.deepEqual(seqs(), [1, 2]);
});

test('the ok to an own message stands in its event’s place', () => {
  const { sent, event, events, replays } = following(2);
  sent(3);
  event(4);
  assert.deepEqual(events[2], {
    type: 'message',
    chat: 'c',
    seq: 3,
    prev: 2,
    at: 'at 3',
    id: 'i',
    from: CUSTOMER,
    text: 'mine',
    files: [],
  });
  assert.equal(replays[2], false);
  assert.equal(events[3].seq, 4);
});

test('an ok that does not follow what was seen, that is a repetition, or whose event only the desk can tell, is fetched', () => {
  for (const [ok, command] of /** @type {Array<[object, object]>} */ ([
    [{ seq: 5 }, {}],
    [{ seq: 3, dup: true }, {}],
    [{ seq: 3 }, { fields: { chat: 'c', text: 'mine', files: ['f'] } }],
    [
      { seq: 3, ticket: 7 },
      { type: 'chat.end', fields: { chat: 'c' } },
    ],
  ])) {
    const { sent, seqs, asked } = following(2);
    sent(3, ok, command);
    assert.deepEqual(seqs(), [1, 2]);
    assert.deepEqual(asked.at(-1), ['c', 2, 'resume']);
  }
});

test('an ok whose prev is what was seen last follows it, whatever this audience may not see between', () => {
  const { sent, events, asked } = following(2);
  sent(5, { prev: 2 });
  assert.deepEqual([events[2].seq, events[2].prev], [5, 2]);
  sent(8, { prev: 6 });
  assert.equal(events.length, 3);
  assert.deepEqual(asked.slice(1), [['c', 5, 'resume']]);
});

test('a redaction and a rating are told from their ok', () => {
  const { sent, events } = following(2);
  sent(3, {}, { type: 'message.redact', fields: { chat: 'c', of: 2, reason: 'a card number' } });
  sent(4, {}, { type: 'chat.rate', fields: { chat: 'c', score: 4 } });
  assert.deepEqual(events[2], {
    type: 'message.redacted',
    chat: 'c',
    seq: 3,
    prev: 2,
    at: 'at 3',
    id: 'i',
    from: CUSTOMER,
    of: 2,
  });
  assert.deepEqual([events[3].type, events[3].score, events[3].comment], ['chat.rated', 4, null]);
});

test('an ok whose event was seen already brings nothing new', () => {
  const { sent, seqs, asked } = following(3);
  sent(3, { dup: true });
  assert.deepEqual(seqs(), [1, 2, 3]);
  assert.equal(asked.length, 1);
});

test('an agent’s note is told from its ok; a supervisor’s may be a whisper, which only the desk knows', () => {
  const note = { type: 'note.add', fields: { chat: 'c', text: 'between us' } };
  const agent = following(1, { role: 'staff', id: 'agent' });
  agent.sent(2, {}, note);
  assert.deepEqual(
    [agent.events[1].type, agent.events[1].text, agent.events[1].from.id],
    ['note', 'between us', 'agent'],
  );
  const supervisor = following(1, { role: 'staff', id: 'agent', supervisor: true });
  supervisor.sent(2, {}, note);
  assert.equal(supervisor.events.length, 1);
  assert.deepEqual(supervisor.asked.at(-1), ['c', 1, 'resume']);
});

test('a note with files is fetched, because only the desk knows what they are', () => {
  const { sent, events, asked } = following(1, { role: 'staff', id: 'agent' });
  sent(2, {}, { type: 'note.add', fields: { chat: 'c', text: '', files: ['f'] } });
  assert.equal(events.length, 1);
  assert.deepEqual(asked.at(-1), ['c', 1, 'resume']);
});

test('a chat that is begun is followed from its first event', () => {
  const { sent, asked, chats } = page();
  sent(2, { state: 'queued' }, { type: 'chat.start', fields: { team: 'media', text: 'hello' } });
  assert.deepEqual(asked, [['c', 0, 'resume']]);
  assert.ok(chats.follows('c'));
});

test('the past of a chat that is assigned is a replay; the assignment is news', () => {
  const { event, seqs, replays } = page({ role: 'staff', id: 'agent' });
  event(1, { type: 'chat.started', from: CUSTOMER });
  event(2, { from: CUSTOMER });
  event(3, { type: 'chat.assigned', staff: { id: 'agent', name: 'Mateo' } });
  event(4);
  assert.deepEqual(seqs(), [1, 2, 3, 4]);
  assert.deepEqual(replays, [true, true, false, false]);
});

test('a chat that nobody here follows is passed over, until one is assigned to it', () => {
  const { chats, event, events, asked } = following(3, { role: 'staff', id: 'agent' });
  chats.unfollow('c');
  event(4);
  event(5, { type: 'chat.assigned', staff: { id: 'another', name: 'Priya' } });
  assert.equal(events.length, 3);
  event(6, { type: 'chat.assigned', staff: { id: 'agent', name: 'Mateo' } });
  assert.deepEqual(asked.at(-1), ['c', 0, 'resume']);
});

test('a new connection resumes each chat from where it stands, in the way it was followed', () => {
  const { chats, who, asked } = following(3);
  chats.follow('w', 7, 'watch');
  chats.greeted(who, true);
  assert.deepEqual(asked.slice(-2), [
    ['c', 3, 'resume'],
    ['w', 7, 'watch'],
  ]);
  assert.equal(chats.unfollow('w'), 'watch');
});

test('another epoch: every seq is forgotten and all is resumed from the first', () => {
  const { chats, who, asked, resets, event, seqs } = following(3);
  chats.greeted(who, false);
  assert.deepEqual(resets, ['c']);
  assert.deepEqual(asked.at(-1), ['c', 0, 'resume']);
  event(1);
  assert.deepEqual(seqs(), [1, 2, 3, 1]);
});

test('to follow again from an earlier place shows it again from there; from the same place, nothing', () => {
  const { chats, asked, event, seqs } = following(3);
  chats.follow('c', 3, 'resume');
  assert.equal(asked.length, 2, 'it is only asked what is new');
  chats.follow('c', 1, 'resume');
  assert.deepEqual(asked.at(-1), ['c', 1, 'resume']);
  event(2);
  event(3);
  assert.deepEqual(seqs(), [1, 2, 3, 2, 3]);
});

test('a chat that may not be seen is followed no longer, and the page learns which', () => {
  const { chats, errors } = following(1);
  const command = { type: 'chat.resume', fields: { chat: 'c', after: 1 } };
  chats.answered(
    { type: 'error', id: 'r', code: 'not_found', message: "This chat doesn't exist, or you can't see it." },
    command,
  );
  assert.deepEqual(errors, [
    { code: 'not_found', message: "This chat doesn't exist, or you can't see it.", chat: 'c' },
  ]);
  assert.equal(chats.follows('c'), false);
});

test('a desk that has fewer events than were seen is read again from the first', () => {
  const { chats, asked, resets } = following(3);
  chats.answered(
    { type: 'error', id: 'r', code: 'invalid', message: 'after: too far' },
    { type: 'chat.resume', fields: { chat: 'c', after: 3 } },
  );
  assert.deepEqual(resets, ['c']);
  assert.deepEqual(asked.at(-1), ['c', 0, 'resume']);
});

test('where another tab looks away from a chat, this one goes on watching', () => {
  const { chats, asked } = page({ role: 'staff', id: 'boss', supervisor: true });
  chats.follow('c', 0, 'watch');
  chats.answered({ type: 'ok', id: 'r', seq: 0 }, { type: 'chat.watch', fields: { chat: 'c', after: 0 } });
  chats.answered({ type: 'ok', id: 'u', chat: 'c' }, { type: 'chat.unwatch', fields: { chat: 'c' } });
  assert.deepEqual(asked, [
    ['c', 0, 'watch'],
    ['c', 0, 'watch'],
  ]);
});

test('whoever watches a chat and takes it over follows it as their own from then on', () => {
  const { chats } = page({ role: 'staff', id: 'boss', supervisor: true });
  chats.follow('c', 0, 'watch');
  chats.answered(
    { type: 'ok', id: 't', chat: 'c', seq: 5, prev: 4, at: 'now' },
    { type: 'chat.take', fields: { chat: 'c' } },
  );
  assert.equal(chats.unfollow('c'), 'resume');
});
