import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { commandsFor } = await import('../../../widgets/console/static/ticket-commands.js');
const { commandsFor: ofChat } = await import('../../../widgets/console/static/chat-commands.js');
const { commandsFor: offered, onScreen } = await import('../../../widgets/console/static/palette-commands.js');
const { Palette } = await import('../../../widgets/console/static/palette.js');

const NOW = Date.parse('2026-11-25T12:00:00Z');

/** @param {object} [ticket] */
function commands(ticket = {}) {
  /** @type {unknown[]} */
  const did = [];
  const work = {
    ticket: { status: 'open', closed_at: null, priority: 'high', snoozed_until: null, ...ticket },
    form: { assignee: 'bo', team: 'media' },
    me: { id: 'me', name: 'Priya' },
    people: [{ staff: 'bo', name: 'Bo', teams: ['media'] }],
    teams: ['media', 'tech'].map((team) => ({ team, name: team.toUpperCase(), products: [] })),
  };
  const does = {
    set: (/** @type {string} */ name, /** @type {string} */ value) => did.push([name, value]),
    sort: (/** @type {object} */ change) => did.push(change),
    press: (/** @type {string} */ selector) => did.push(selector),
  };
  const found = commandsFor(/** @type {never} */ (/** @type {unknown} */ (work)), NOW, does);
  return { did, found, names: found.map(({ name }) => name) };
}

test('the palette assigns, moves, snoozes and sorts the ticket on the screen, to what it is not yet', () => {
  const { did, found, names } = commands();
  for (const name of [
    'Assign to Priya (you)',
    'Move to TECH',
    'Priority: Urgent',
    'Snooze: In 3 hours',
    'Add a tag',
    'Link an issue',
  ])
    found.find((one) => one.name === name)?.run?.();
  const later = new Date(NOW + 3 * 3_600_000).toISOString();
  assert.deepEqual(did, [
    ['assignee', 'me'],
    ['team', 'tech'],
    { priority: 'urgent' },
    { snoozed_until: later },
    '#tag',
    '#link-issue',
  ]);
  for (const name of ['Assign to Bo', 'Move to MEDIA', 'Priority: High']) assert.ok(!names.includes(name), name);
});

test('a snoozed ticket is woken, a solved one is not snoozed or merged, and a closed one is only followed', () => {
  const { did, found } = commands({ snoozed_until: '2026-11-30T09:00:00Z' });
  found.find(({ name }) => name === 'Back to work now')?.run?.();
  assert.deepEqual(did, [{ snoozed_until: null }]);
  const { names } = commands({ status: 'solved' });
  assert.ok(!names.some((name) => /Snooze|Merge/u.test(name)) && names.includes('Priority: Urgent'));
  assert.deepEqual(commands({ closed_at: 'x' }).names, ['Follow or stop following this ticket']);
});

test('what is on the screen comes before the other commands, and is found by its words', (t) => {
  t.after(() => {
    onScreen.commands = () => [];
  });
  onScreen.commands = () => commands().found;
  assert.equal(offered([])[0].name, 'Assign to Priya (you)');
  assert.equal(offered(['remind'])[0].name, 'Snooze: In 3 hours');
});

test('what begins as the typed words comes before chats and tickets, and once', (t) => {
  t.after(() => {
    onScreen.commands = () => [];
  });
  onScreen.commands = () => commands().found;
  const palette = new Palette({
    ask: () => new Promise(() => {}),
    chats: () => [],
    status: () => null,
    changed: () => {},
    wait: 1e6,
  });
  const shown = (/** @type {string} */ typed) => {
    palette.type(typed);
    return palette.groups.map(({ key, options }) => [key, ...options.map(({ title }) => title)]);
  };
  t.after(() => palette.type(''));
  assert.deepEqual(shown('snooze to')[0], ['here', 'Snooze: Tomorrow, 9:00']);
  assert.deepEqual(shown('prio urg')[0], ['here', 'Priority: Urgent']);
  assert.equal(shown('bo')[0][0], 'tickets');
  assert.equal(shown('> merge').length, 1);
});

test('a chat is closed and transferred only by its agent, who asks a supervisor to block its customer', () => {
  /** @param {boolean} held @param {string} [role] */
  const names = (held, role = 'supervisor') =>
    ofChat(
      /** @type {never} */ (/** @type {unknown} */ ({ me: { role }, chosen: 'c1', chats: { of: () => ({ held }) } })),
      () => {},
    ).map(({ name }) => name);
  assert.deepEqual(names(true), ['Transfer this chat', 'Close this chat', 'Write a note']);
  assert.equal(names(true, 'agent').at(-1), 'Ask a supervisor to block them, in a note');
  assert.deepEqual(names(false), []);
});
