import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { Alarms, Begun, Reminders, calls, spokenWords, worstFirst } = await import(
  '../../../widgets/console/static/alarms.js'
);

const NOW = Date.UTC(2026, 10, 25, 12);
const at = (/** @type {number} */ seconds) => new Date(NOW + seconds * 1000).toISOString();
/** @param {string} kind */
const frame = (kind, more = {}) => ({ type: 'alarm', kind, team: 'media', since: at(-60), ...more });
const GONE = frame('agent_gone', { chat: 'c', customer: 'Danielle', staff: { id: 't', name: 'Tom Reyes' } });

/** @param {...object} frames */
function heard(...frames) {
  const alarms = new Alarms();
  for (const one of frames)
    alarms.heard(/** @type {import('../../../widgets/shared/static/client/types.js').Frame} */ (one), NOW);
  return alarms;
}

/** @param {InstanceType<typeof Alarms>} alarms */
const kinds = (alarms) => alarms.all.map(({ kind, chat }) => [kind, chat].filter(Boolean).join(' '));

const TEAM = {
  team: 'media',
  name: 'Media',
  products: [],
  open: true,
  opens_at: null,
  closes_at: at(540),
  waiting: 0,
  wait_s: null,
  wait_target_s: 120,
  first_reply_s: 180,
  next_reply_s: 300,
};
const QUEUE = { team: 'media', waiting: 3, longest_wait_s: 240 };

/** What is said of one. @param {object} one @param {object} [more] */
const said = (one, more = {}) => worstFirst(heard(one).all, () => around(more))[0].said;

/** @param {object} one @param {object} [more] */
function words(one, more) {
  const { what, facts, tone, act } = said(one, more);
  return [what, facts, tone, act].join(' | ');
}

/** @param {object} [more] */
const around = (more = {}) => ({ name: 'Media', team: TEAM, queue: QUEUE, told: NOW - 12_000, now: NOW, ...more });

test('the worst is on top, of one kind what stands longest; of a kind that nobody knows nothing is said', () => {
  const alarms = heard(
    frame('queue', { team: 'prod' }),
    frame('closing'),
    frame('next_reply', { chat: 'd' }),
    frame('first_reply', { chat: 'a', since: at(-10) }),
    frame('first_reply', { chat: 'b' }),
    GONE,
    frame('unstaffed'),
    frame('of another day'),
  );
  assert.deepEqual(kinds(alarms), [
    'unstaffed',
    'agent_gone c',
    'first_reply b',
    'first_reply a',
    'next_reply d',
    'closing',
    'queue',
  ]);
  const order = (/** @type {object} */ more) =>
    worstFirst(alarms.all, () => around(more))
      .map(({ alarm }) => alarm.kind)
      .join(' ');
  assert.equal(order({}), 'unstaffed agent_gone first_reply first_reply next_reply closing queue');
  const nobodyWaits = order({ queue: { ...QUEUE, waiting: 0 } });
  assert.equal(nobodyWaits, 'agent_gone first_reply first_reply next_reply unstaffed closing queue');
});

test('of an alarm it is said once that it began, also where all are told again; anew where it is another', () => {
  const begun = new Begun();
  const alarms = heard(frame('unstaffed'), GONE);
  const kindsOf = (/** @type {InstanceType<typeof Alarms>} */ all) => begun.of(all.all).map(({ kind }) => kind);
  assert.deepEqual([kindsOf(alarms), kindsOf(alarms)], [['unstaffed', 'agent_gone'], []]);
  assert.deepEqual(kindsOf(heard(frame('unstaffed'), frame('closing'))), ['closing']);
  assert.deepEqual(kindsOf(heard(frame('unstaffed', { since: at(0) }))), ['unstaffed']);
});

const HAD = { had_by: { id: 'i', name: 'Ines' } };

test('an alarm is heard again every minute until somebody has it, and anew when it begins again', () => {
  const reminders = new Reminders();
  const due = (/** @type {number} */ seconds, /** @type {object[]} */ ...frames) =>
    reminders.due(heard(...frames).all, NOW + seconds * 1000).length;
  assert.deepEqual([due(0, frame('queue')), due(59, frame('queue')), due(60, frame('queue'))], [1, 0, 1]);
  assert.equal(due(120, frame('queue', HAD)), 0);
  assert.deepEqual([due(121), due(122, frame('queue'))], [0, 1], 'given back');
  assert.equal(due(123, frame('queue', { since: at(123) })), 1, 'it was over, and began again');
});

test('a muted alarm is not heard before its mute ends; a lost connection does not make it ring again', () => {
  const muted = frame('queue', { muted_until: at(900) });
  const [alarm] = heard(muted).all;
  assert.deepEqual([calls(alarm, NOW + 899_999), calls(alarm, NOW + 900_000)], [false, true]);
  const reminders = new Reminders();
  assert.equal(reminders.due(heard(frame('queue')).all, NOW).length, 1);
  assert.equal(reminders.due([], NOW + 1_000).length, 0);
  assert.equal(reminders.due(heard(frame('queue')).all, NOW + 2_000).length, 0);
});

test('an alarm that somebody has, or that is muted, comes after those that nobody has', () => {
  const alarms = heard(frame('unstaffed', HAD), { ...GONE, muted_until: at(60) }, frame('closing'));
  const rows = worstFirst(alarms.all, () => around());
  assert.deepEqual(
    rows.map(({ alarm, rests }) => [alarm.kind, rests]),
    [
      ['closing', false],
      ['unstaffed', true],
      ['agent_gone', true],
    ],
  );
  assert.equal(rows[1].alarm.hadBy, 'Ines');
});

test('that the wait is long where nobody is available is said once', () => {
  const alarms = heard(frame('queue'), frame('unstaffed'));
  assert.deepEqual(kinds(alarms), ['unstaffed']);
  alarms.heard(frame('unstaffed', { over: true }), NOW);
  assert.deepEqual(kinds(alarms), ['queue']);
});

test('one goes when it is over, and only that one', () => {
  const alarms = heard(
    frame('queue'),
    frame('queue', { team: 'prod' }),
    frame('first_reply', { chat: 'a' }),
    frame('first_reply', { chat: 'b' }),
  );
  alarms.heard(frame('queue', { over: true }), NOW);
  alarms.heard(frame('first_reply', { chat: 'b', over: true }), NOW);
  alarms.heard(frame('first_reply', { chat: 'never told', over: true }), NOW);
  assert.deepEqual(kinds(alarms), ['first_reply a', 'queue']);
});

test('that an agent is gone is said for a moment though somebody has the chat at once, below what stands', () => {
  const alarms = heard(GONE, { ...GONE, over: true }, frame('queue'));
  assert.equal(words(GONE), 'Tom Reyes disconnected | Danielle is waiting again, Media, 1:00 | danger | take');
  const [first, { said: over }] = worstFirst(alarms.all, () => around());
  assert.equal(first.alarm.kind, 'queue');
  assert.deepEqual([over.facts, over.tone, over.act], ['Danielle is no longer waiting, Media', '', '']);
  alarms.pass(NOW + 7_999);
  assert.equal(alarms.all.length, 2);
  alarms.pass(NOW + 8_000);
  assert.deepEqual(kinds(alarms), ['queue']);
  const stood = heard(GONE);
  stood.heard({ ...GONE, over: true }, NOW + 8_000);
  assert.deepEqual(stood.all, []);
});

test('gone once more, it stands again', () => {
  const alarms = heard(GONE, { ...GONE, over: true });
  alarms.heard(GONE, NOW + 1_000);
  alarms.pass(NOW + 60_000);
  assert.deepEqual([alarms.all.length, alarms.all[0].over], [1, false]);
});

test('a new connection tells all that stands anew', () => {
  const alarms = heard(frame('queue'), GONE);
  alarms.begin([frame('closing')], NOW);
  assert.deepEqual(kinds(alarms), ['closing']);
});

test('each says what it is, of which team, for how long, and what can be done', () => {
  const unstaffed = frame('unstaffed', { since: at(-200) });
  const late = { chat: 'c', since: at(-400), customer: 'Marie-Ève', staff: { id: 'p', name: 'Priya' } };
  for (const [one, more, expected] of /** @type {Array<[object, object, string]>} */ ([
    [unstaffed, {}, 'Media: nobody available | for 3:20, 3 in the queue, longest wait 4:12 | danger | queue'],
    [unstaffed, { queue: { ...QUEUE, waiting: 0 } }, 'Media: nobody available | for 3:20, queue empty | warn | '],
    [frame('first_reply', late), {}, 'First response overdue by 3:40 | Marie-Ève, with Priya, Media | danger | look'],
    [frame('next_reply', late), {}, 'Next response overdue by 1:40 | Marie-Ève, with Priya, Media | danger | look'],
    [frame('closing'), {}, 'Media closes in 9 min | 3 in the queue | warn | queue'],
    [frame('queue'), {}, 'Media: longest wait 4:12 | over the target for 1:00, 3 in the queue | warn | queue'],
  ]))
    assert.equal(words(one, more), expected);
  assert.equal(said(frame('first_reply', { chat: 'c' })).facts, 'A visitor, Media');
  assert.equal(said(frame('closing'), { team: { ...TEAM, open: false, closes_at: null } }).what, 'Media has closed');
  assert.deepEqual([said(unstaffed).shape, said(GONE).shape], ['user-x', 'wifi-off']);
});

test('what is read out holds no clock', () => {
  const late = ['first_reply', 'next_reply'].map((kind) => frame(kind, { chat: 'c' }));
  const spoken = [frame('unstaffed'), GONE, ...late, frame('closing'), frame('queue')].map((one) =>
    spokenWords(heard(one).all[0], 'Media'),
  );
  for (const one of spoken) assert.match(one, /^\D*Media\D*$/u);
  assert.equal(spoken[1], 'Tom Reyes disconnected, and Danielle is waiting again for Media');
});
