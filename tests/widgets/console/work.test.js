import assert from 'node:assert/strict';
import test from 'node:test';
import { DeskError } from '../../../widgets/shared/static/client/errors.js';
import { Drafts } from '../../../widgets/shared/static/drafts.js';
import '../support/served.js';

const { Work } = await import('../../../widgets/console/static/work.js');

const NOW = Date.UTC(2026, 10, 25, 12);
const ME = { id: 'me', name: 'Priya', email: 'priya@desk.example', role: 'agent', teams: ['media'] };
const CUSTOMER = { kind: 'customer', id: 'v', name: 'Danielle' };
const STAFF = { kind: 'staff', id: 'me', name: 'Priya' };
const COLLEAGUE = { kind: 'staff', id: 'h', name: 'Hannah Bergström' };
const at = new Date(NOW).toISOString();

/** @param {string} chat */
const about = (chat, more = {}) => ({
  chat,
  state: 'active',
  team: 'media',
  seq: 0,
  customer: { id: 'v', name: 'Danielle' },
  last_at: at,
  reply_owed_since: null,
  subject: null,
  ...more,
});

/** A desk that does as it is told, and writes down what it is asked. */
class ScriptedDesk {
  /** @type {Map<string, Array<(...told: unknown[]) => void>>} */
  listeners = new Map();
  /** @type {unknown[][]} */
  asked = [];
  /** @type {Map<string, number>} */
  seqs = new Map();
  /** @type {DeskError|null} */
  refusal = null;
  /** The `ok` to a durable command. @type {object} */
  answer = { ticket: 1 };
  hello = null;
  state = { line: 'live', retryAt: null, since: 0, code: null, leader: true };

  on(/** @type {string} */ name, /** @type {(...told: unknown[]) => void} */ listener) {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return () => {};
  }

  tell(/** @type {string} */ name, /** @type {unknown[]} */ ...told) {
    for (const listener of this.listeners.get(name) ?? []) listener(...told);
  }

  line(/** @type {string} */ line) {
    this.state = { ...this.state, line };
    this.tell('state', this.state);
  }

  event(/** @type {string} */ chat, /** @type {string} */ type, /** @type {object} */ from, more = {}, replay = false) {
    const seq = (this.seqs.get(chat) ?? 0) + 1;
    this.seqs.set(chat, seq);
    this.tell('event', { type, chat, seq, prev: seq - 1, at, from, ...more }, { chat, replay });
  }

  commit(/** @type {string} */ type, /** @type {object} */ fields) {
    this.asked.push([type, fields]);
    const done = this.refusal ? Promise.reject(this.refusal) : Promise.resolve(this.answer);
    return { id: 'x', done };
  }

  command(/** @type {string} */ type, /** @type {object} */ fields) {
    this.asked.push([type, fields]);
    return this.refusal ? Promise.reject(this.refusal) : Promise.resolve({ status: 'away', capacity: 5, paused: [] });
  }

  cast(/** @type {string} */ type, /** @type {object} */ fields) {
    this.asked.push([type, fields]);
  }

  follow(/** @type {string} */ chat) {
    this.asked.push(['follow', chat]);
  }

  unfollow(/** @type {string} */ chat) {
    this.asked.push(['unfollow', chat]);
    this.seqs.delete(chat);
  }

  discard(/** @type {string} */ id) {
    this.asked.push(['discard', id]);
  }

  lastSeq(/** @type {string} */ chat) {
    return this.seqs.get(chat) ?? 0;
  }

  outbox() {
    return [];
  }

  retry() {
    return Promise.resolve({});
  }

  start() {}
}

/** @param {string[]} chats */
function working(chats, { attends = true } = {}) {
  const desk = new ScriptedDesk();
  let now = NOW;
  const line = /** @type {import('../../../widgets/console/static/work.js').Line} */ (/** @type {unknown} */ (desk));
  const work = new Work({ desk: line, me: ME, drafts: new Drafts('me', null), now: () => now, attends: () => attends });
  desk.tell('state', desk.state);
  desk.tell('hello', {
    staff: 'me',
    status: 'available',
    capacity: 5,
    teams: [{ team: 'media', name: 'Media' }],
    chats: chats.map((chat) => about(chat)),
    queues: [],
  });
  const later = (/** @type {number} */ ms) => {
    now += ms;
  };
  return { desk, work, later };
}

test('the chat of the address is on the screen once it is known, and read where somebody looks', () => {
  const { desk, work } = working([]);
  work.look('a');
  assert.equal(work.chosen, null);
  desk.event('a', 'message', CUSTOMER, { text: 'hello' });
  desk.event('a', 'chat.assigned', STAFF, { staff: { id: 'me', name: 'Priya' }, about: about('a') });
  assert.equal(work.chosen, 'a');
  work.read();
  assert.deepEqual(desk.asked.at(-1), ['read', { chat: 'a', upto: 2 }]);
  assert.equal(work.chats.unread, 0);
});

/** @param {string[]} chats */
const hello = (chats) => ({
  staff: 'me',
  status: 'available',
  capacity: 5,
  teams: [],
  chats: chats.map((chat) => about(chat)),
  queues: [],
});

test('what is on the screen is told first, the others once it is there', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work } = working([]);
  work.look('b');
  desk.asked.length = 0;
  desk.tell('hello', hello(['a', 'b', 'c']));
  assert.deepEqual(desk.asked, [['follow', 'b']]);
  desk.event('b', 'message', CUSTOMER, { text: 'hello' }, true);
  desk.tell('resumed', { chat: 'b' });
  context.mock.timers.tick(50);
  assert.deepEqual(desk.asked.slice(1), [
    ['follow', 'a'],
    ['follow', 'c'],
  ]);
  context.mock.timers.tick(2_000);
  assert.equal(desk.asked.length, 3);
});

test('the others do not wait for ever, and not at all where nothing is on the screen', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work } = working([]);
  work.look('b');
  desk.asked.length = 0;
  desk.tell('hello', hello(['a', 'b']));
  context.mock.timers.tick(1_000);
  assert.deepEqual(desk.asked, [
    ['follow', 'b'],
    ['follow', 'a'],
  ]);
  assert.deepEqual(working(['a', 'b']).desk.asked, [
    ['follow', 'a'],
    ['follow', 'b'],
  ]);
});

test('nothing is read while nobody looks', () => {
  const { desk, work } = working(['a'], { attends: false });
  work.look('a');
  desk.event('a', 'message', CUSTOMER, { text: 'hello' });
  work.read();
  assert.equal(work.chats.unread, 1);
});

test('a chat that comes is told once, not when its past is told again', () => {
  const { desk, work } = working([]);
  /** @type {string[]} */
  const told = [];
  work.addEventListener('assigned', (event) => {
    if (event instanceof CustomEvent) told.push(event.detail);
  });
  desk.event('a', 'chat.assigned', STAFF, { staff: { id: 'me' }, about: about('a') });
  desk.event('b', 'chat.assigned', STAFF, { staff: { id: 'me' }, about: about('b') }, true);
  assert.deepEqual(told, ['a']);
});

test('what is written goes to the chat on the screen; after a note one replies again', () => {
  const { desk, work } = working(['a']);
  work.look('a');
  work.note(true);
  work.say('overlaps');
  work.say('which order?', ['f1']);
  assert.deepEqual(desk.asked.slice(-2), [
    ['note.add', { chat: 'a', text: 'overlaps', files: undefined }],
    ['message.send', { chat: 'a', text: 'which order?', files: ['f1'] }],
  ]);
});

test('one that is over is let go when the agent looks elsewhere, one that is held is not', () => {
  const { desk, work } = working(['a', 'b']);
  for (const chat of ['a', 'b']) desk.event(chat, 'message', CUSTOMER, { text: 'x' });
  work.look('a');
  work.look('b');
  assert.equal(
    desk.asked.some(([what]) => what === 'unfollow'),
    false,
  );
  desk.event('b', 'chat.closed', STAFF, { ticket: 1, by: STAFF });
  work.look('a');
  assert.deepEqual(
    desk.asked.filter(([what]) => what === 'unfollow'),
    [['unfollow', 'b']],
  );
});

test('a command that is refused is not kept', async () => {
  const { desk, work } = working(['a']);
  desk.refusal = new DeskError({ code: 'invalid', message: 'No.' });
  await assert.rejects(work.commit('chat.close', { chat: 'a' }), DeskError);
  assert.deepEqual(desk.asked.at(-1), ['discard', 'x']);
});

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
  assert.deepEqual(
    desk.asked.filter(([type]) => type === 'presence.set').map(([, fields]) => fields),
    [
      { status: 'away', reason: 'At lunch', paused: ['tech', 'media'] },
      { status: 'away', reason: 'At lunch', paused: ['media'] },
    ],
  );
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

test('after a loss of the line it is said how long it was and what happened, and where', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work, later } = working(['a', 'b']);
  for (const chat of ['a', 'b']) desk.event(chat, 'message', CUSTOMER, { text: 'before' });
  desk.line('waiting');
  later(72_000);
  desk.tell('hello', { staff: 'me', status: 'available', capacity: 5, teams: [], chats: [about('a')], queues: [] });
  desk.line('live');
  desk.event('a', 'message', CUSTOMER, { text: 'still there?' }, true);
  desk.event('b', 'chat.assigned', STAFF, { staff: COLLEAGUE }, true);
  context.mock.timers.tick(1_000);
  assert.deepEqual(work.outage.back, {
    gone: 72_000,
    words: '1 new message in 1 chat, 1 chat went to Hannah.',
    chats: ['a'],
  });
  context.mock.timers.tick(8_000);
  assert.equal(work.outage.back, null);
});

test('a short loss is not worth a word', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, work, later } = working(['a']);
  desk.line('waiting');
  later(2_000);
  desk.line('live');
  context.mock.timers.tick(1_000);
  assert.equal(work.outage.back, null);
});

test('what opens by itself is the first of the list, and unread until the agent does something', () => {
  const { desk, work, later } = working([]);
  work.addEventListener('go', (event) => {
    if (event instanceof CustomEvent) work.look(event.detail);
  });
  for (const chat of ['a', 'b']) {
    desk.event(chat, 'message', CUSTOMER, { text: 'hello' });
    desk.event(chat, 'chat.assigned', STAFF, { staff: { id: 'me', name: 'Priya' }, about: about(chat) });
    later(1_000);
  }
  work.openMostUrgent();
  assert.equal(work.chosen, 'a');
  work.read();
  assert.equal(work.chats.unread, 2);
  work.noticed();
  assert.equal(work.chats.unread, 1);
  assert.deepEqual(
    desk.asked.filter(([type]) => type === 'read'),
    [['read', { chat: 'a', upto: 2 }]],
  );

  work.look('b');
  work.openMostUrgent();
  assert.equal(work.chosen, 'b');
});

const TOM = { kind: 'staff', id: 't', name: 'Tom Reyes' };

test('a chat that is handed on leaves the list, also where the desk tells nothing more of it', async () => {
  const { desk, work } = working(['a', 'b']);
  work.look('a');
  await work.handing.transfer('a', { team: 'media' }, ' Knows the order ');
  assert.deepEqual(desk.asked.at(-1), ['chat.transfer', { chat: 'a', team: 'media', note: 'Knows the order' }]);
  assert.equal(work.chats.count, 1);
  assert.equal(work.handing.partingOf('a'), 'You transferred Danielle to Media.');
  await work.handing.transfer('b', { staff: 't', name: 'Tom Reyes' }, '');
  assert.deepEqual(desk.asked.at(-1), ['chat.transfer', { chat: 'b', staff: 't', note: undefined }]);
  assert.equal(work.handing.partings.get('b')?.words, 'You transferred Danielle to Tom Reyes.');
});

test('one that is refused stays with the agent', async () => {
  const { desk, work } = working(['a']);
  desk.refusal = new DeskError({ code: 'team_closed', message: 'Finance is closed.' });
  await assert.rejects(work.handing.transfer('a', { team: 'finance' }, ''), DeskError);
  assert.deepEqual([work.chats.count, work.handing.partings.size], [1, 0]);
});

test('one that is taken over is told, and gone after a while of looking', () => {
  let looks = false;
  const { desk, work, later } = working(['a']);
  work.handing.attends = () => looks;
  desk.event('a', 'chat.left', TOM, { who: { id: 'me', name: 'Priya' }, reason: 'taken' });
  desk.event('a', 'chat.assigned', TOM, { staff: { id: 't', name: 'Tom Reyes' }, by: 'take' });
  assert.equal(work.chats.count, 0);
  later(60_000);
  work.redraw();
  assert.equal(work.handing.partings.get('a')?.words, 'Tom Reyes took over the chat with Danielle.');
  looks = true;
  later(30_000);
  work.redraw();
  assert.equal(work.handing.partings.size, 0);
});

test('what its past says of a chat that came back is no parting', () => {
  const { desk, work } = working(['a']);
  desk.event('a', 'chat.left', STAFF, { who: { id: 'me', name: 'Priya' }, reason: 'gone' }, true);
  desk.event('a', 'chat.queued', STAFF, { team: 'media', reason: 'agent_gone' }, true);
  desk.event('a', 'chat.assigned', STAFF, { staff: { id: 'me', name: 'Priya' }, about: about('a') }, true);
  assert.deepEqual([work.chats.count, work.handing.partings.size], [1, 0]);
});

test('what may not be known of any more is not held, on every page', () => {
  const { desk, work } = working(['a']);
  desk.tell('error', new DeskError({ code: 'not_found', message: 'No such chat.', chat: 'a' }));
  assert.equal(work.chats.count, 0);
});

/** What is on the screen is what the page goes to. @param {InstanceType<typeof Work>} work */
const goes = (work) =>
  work.addEventListener('go', (event) => {
    if (event instanceof CustomEvent) work.look(event.detail);
  });

test('an offer that is accepted is a chat of the agent’s, on the screen', async () => {
  const { desk, work } = working([]);
  goes(work);
  desk.tell('news', {
    type: 'chat.offered',
    about: about('a', { state: 'offered' }),
    expires_at: new Date(NOW + 30_000).toISOString(),
  });
  assert.equal(work.handing.offers.first, 'a');
  assert.equal(work.chats.count, 0);
  desk.answer = { chat: 'a', seq: 3, about: about('a') };
  await work.handing.accept();
  assert.deepEqual(
    desk.asked.filter(([type]) => type === 'chat.accept'),
    [['chat.accept', { chat: 'a' }]],
  );
  assert.deepEqual([work.handing.offers.all.length, work.chats.count, work.chosen], [0, 1, 'a']);
});

test('an offer that came too late says so; one that is passed on is gone', async () => {
  const { desk, work } = working([]);
  desk.tell('news', { type: 'chat.offered', about: about('a'), expires_at: new Date(NOW + 30_000).toISOString() });
  desk.refusal = new DeskError({ code: 'conflict', message: 'Not any more.' });
  await work.handing.accept('a');
  assert.deepEqual(
    work.handing.offers.all.map(({ why }) => why),
    ['Not any more.'],
  );
  desk.refusal = null;
  desk.tell('news', { type: 'chat.offered', about: about('b'), expires_at: new Date(NOW + 30_000).toISOString() });
  await work.handing.decline();
  assert.deepEqual(desk.asked.at(-1), ['chat.decline', { chat: 'b' }]);
  assert.equal(work.handing.offers.first, undefined);
});

test('a chat that is handed on and not taken is said to wait', async () => {
  const { desk, work } = working(['a']);
  await work.handing.transfer('a', { staff: 't', name: 'Tom Reyes' }, '');
  desk.tell('news', { type: 'chat.withdrawn', chat: 'a', reason: 'unanswered' });
  assert.equal(
    work.handing.partings.get('a')?.words,
    'Tom Reyes didn’t take it. The chat with Danielle is waiting in the queue for Media.',
  );
});

/** What the desk answers where a colleague is offered the chat. */
const ASKED = { chat: 'a', seq: 2, at, expires_at: new Date(NOW + 30_000).toISOString() };

test('who is only asked to take a chat does not have it: that is said until it is known what came of it', async () => {
  const { desk, work, later } = working(['a', 'b']);
  work.look('a');
  desk.answer = ASKED;
  await work.handing.transfer('a', { staff: 't', name: 'Tom Reyes' }, '');
  const words = 'You asked Tom Reyes to take the chat with Danielle. They have 30 s to accept.';
  assert.equal(work.handing.partingOf('a'), words);
  desk.event('a', 'chat.transferred', STAFF, {
    from_team: 'media',
    to_team: 'media',
    to_staff: { id: 't', name: 'Tom Reyes' },
  });
  assert.equal(work.handing.partingOf('a'), words);
  work.look('b');
  later(59_000);
  work.redraw();
  assert.equal(work.handing.partings.size, 1);
  assert.equal(
    desk.asked.some(([what]) => what === 'unfollow'),
    false,
  );
  desk.tell('news', { type: 'chat.withdrawn', chat: 'a', reason: 'accepted' });
  assert.equal(work.handing.partings.get('a')?.words, 'Tom Reyes took the chat with Danielle.');
  assert.deepEqual(desk.asked.at(-1), ['unfollow', 'a']);
});

test('what came of it is learned from the chat too', async () => {
  for (const [type, more, words] of [
    [
      'chat.assigned',
      { staff: { id: 't', name: 'Tom Reyes' }, by: 'accept' },
      'Tom Reyes took the chat with Danielle.',
    ],
    [
      'chat.assigned',
      { staff: { id: 'h', name: 'Hannah' }, by: 'pick' },
      'Hannah took the chat with Danielle before Tom Reyes did.',
    ],
    [
      'chat.queued',
      { team: 'media', reason: 'declined' },
      'Tom Reyes didn’t take it. The chat with Danielle is waiting in the queue for Media.',
    ],
    ['chat.closed', { ticket: 1 }, 'Danielle left before Tom Reyes took the chat.'],
  ]) {
    const { desk, work } = working(['a']);
    desk.answer = ASKED;
    await work.handing.transfer('a', { staff: 't', name: 'Tom Reyes' }, '');
    desk.event('a', /** @type {string} */ (type), CUSTOMER, /** @type {object} */ (more));
    assert.equal(work.handing.partings.get('a')?.words, words);
  }
});

test('on another page it is not said that a colleague was asked who has the chat at once', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  for (const [more, words] of [
    [[], 'You asked Tom Reyes to take the chat with Danielle.'],
    [
      [['chat.assigned', { staff: { id: 't', name: 'Tom Reyes' }, by: 'transfer' }]],
      'You transferred Danielle to Tom Reyes.',
    ],
  ]) {
    const { desk, work } = working(['a']);
    desk.event('a', 'chat.left', STAFF, { who: { id: 'me', name: 'Priya' }, reason: 'transferred' });
    desk.event('a', 'chat.transferred', STAFF, {
      from_team: 'media',
      to_team: 'media',
      to_staff: { id: 't', name: 'Tom Reyes' },
    });
    assert.deepEqual([work.chats.count, work.handing.partings.size], [0, 0]);
    for (const [type, facts] of /** @type {Array<[string, object]>} */ (more)) desk.event('a', type, STAFF, facts);
    context.mock.timers.tick(1_000);
    assert.equal(work.handing.partings.get('a')?.words, words);
  }
});

test('a supervisor is told what is wrong, all of it anew after a lost line; others are not', () => {
  const alarm = { type: 'alarm', kind: 'agent_gone', team: 'media', chat: 'c', since: at };
  for (const role of ['supervisor', 'agent']) {
    const { desk, work } = working([]);
    work.me = { ...ME, role };
    desk.tell('news', alarm);
    assert.equal(work.alarms.all.length, role === 'supervisor' ? 1 : 0);
    desk.tell('hello', { ...hello([]), alarms: [{ ...alarm, kind: 'queue', chat: undefined }] });
    assert.deepEqual(
      work.alarms.all.map(({ kind }) => kind),
      role === 'supervisor' ? ['queue'] : [],
    );
  }
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

test('the longest wait of all queues is taken; where somebody was faster, it says so', async () => {
  const { desk, work, later } = working([]);
  goes(work);
  desk.tell('news', {
    type: 'queues',
    queues: [
      { team: 'media', waiting: 1, longest_wait_s: 5, next: 'm' },
      { team: 'prod', waiting: 1, longest_wait_s: 9, next: 'p' },
      { team: 'tech', waiting: 0, longest_wait_s: 0, next: null },
    ],
  });
  desk.refusal = new DeskError({ code: 'conflict', message: 'Somebody has it.' });
  await work.handing.pick('m');
  assert.deepEqual([work.handing.notHad?.at, work.handing.notHad?.words], ['queue', 'Somebody has it.']);
  later(30_000);
  work.redraw();
  assert.equal(work.handing.notHad, null, 'it is not said for ever');
  desk.refusal = null;
  desk.answer = { chat: 'p', seq: 3, about: about('p') };
  await work.handing.pickNext(work.queues.list);
  assert.deepEqual(
    desk.asked.filter(([type]) => type === 'chat.pick').map(([, fields]) => fields),
    [{ chat: 'm' }, { chat: 'p' }],
  );
  assert.deepEqual([work.handing.notHad, work.chosen], [null, 'p']);
});

test('a colleague’s chat is looked at, by a supervisor unseen, and can be taken over', async () => {
  const { desk, work } = working([]);
  work.me = { ...ME, role: 'supervisor' };
  goes(work);
  work.go('a');
  assert.deepEqual(desk.asked, [['follow', 'a']]);
  desk.event('a', 'chat.assigned', TOM, { staff: { id: 't', name: 'Tom Reyes' }, by: 'dispatcher' }, true);
  desk.tell('resumed', { chat: 'a', about: about('a') });
  assert.deepEqual(
    [work.chosen, work.chats.count, work.handing.partingOf('a')],
    ['a', 0, 'Tom Reyes has the chat with Danielle now.'],
  );
  desk.answer = { chat: 'a', seq: 3, about: about('a') };
  await work.handing.takeOver('a');
  assert.deepEqual(desk.asked.at(-1), ['chat.take', { chat: 'a' }]);
  assert.equal(work.chats.count, 1);
});

test('a supervisor who only looks writes whispers, is not seen reading, and stops', async () => {
  const { desk, work } = working([]);
  work.me = { ...ME, role: 'supervisor' };
  goes(work);
  work.go('a');
  desk.event(
    'a',
    'chat.assigned',
    TOM,
    { staff: { id: 't', name: 'Tom Reyes' }, by: 'dispatcher', about: about('a') },
    true,
  );
  desk.event('a', 'message', CUSTOMER, { text: 'hello' }, true);
  desk.tell('resumed', { chat: 'a', about: about('a') });
  assert.deepEqual([work.watches, work.noting], [true, true]);
  work.read();
  work.say('ask for the order');
  assert.deepEqual(desk.asked.slice(1), [['note.add', { chat: 'a', text: 'ask for the order', files: undefined }]]);
  assert.equal(work.noting, true, 'there is nobody to reply to');
  work.go(null);
  assert.deepEqual([work.watches, desk.asked.at(-1)], [false, ['unfollow', 'a']]);
  work.go('a');
  assert.deepEqual([work.watches, desk.asked.at(-1)], [true, ['follow', 'a']]);
  desk.answer = { chat: 'a', seq: 9, about: about('a') };
  await work.handing.takeOver('a');
  assert.deepEqual([work.watches, work.noting], [false, false]);
  desk.event('a', 'chat.assigned', TOM, { staff: { id: 't', name: 'Tom Reyes' }, by: 'take' });
  assert.equal(work.watches, false, 'what was theirs a moment ago is no chat that they only look at');
});

test('who may only look at what a colleague has is no supervisor, and one who looks sees that it is over', () => {
  for (const role of ['agent', 'supervisor']) {
    const { desk, work } = working([]);
    work.me = { ...ME, role };
    work.look('a');
    desk.event('a', 'chat.assigned', TOM, { staff: { id: 't', name: 'Tom Reyes' }, by: 'dispatcher' }, true);
    desk.tell('resumed', { chat: 'a', about: about('a') });
    assert.equal(work.watches, role === 'supervisor');
    desk.event('a', 'chat.closed', TOM, { ticket: 7, status: 'solved', reason: 'closed' });
    assert.equal(work.watches, false);
  }
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
