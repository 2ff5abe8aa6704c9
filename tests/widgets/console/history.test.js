import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { HistoryWords, changedBy, toldOf, whoOf } = await import('../../../widgets/console/static/history.js');

const words = new HistoryWords(
  { status: (key) => ({ open: 'Open', solved: 'Solved' })[key] ?? key, code: (key) => `code ${key}` },
  (key) => `team ${key}`,
);

/** @param {string} field @param {unknown} from @param {unknown} to */
const said = (field, from, to) =>
  words
    .happened({ at: '', by: null, field, from, to })
    .map((piece) => (typeof piece === 'string' ? piece : `<${piece.strong}>`))
    .join('');

test('each change of a ticket is a sentence', () => {
  assert.equal(said('status', null, 'open'), ' created the ticket: <Open>');
  assert.equal(said('status', 'open', 'solved'), ' changed status from <Open> to <Solved>');
  assert.equal(said('team', 'media', 'finance'), ' changed team from <team media> to <team finance>');
  assert.equal(said('resolution', null, 'x'), ' set resolution to <code x>');
  assert.equal(said('external_ref', 'P-1', null), ' cleared the reference <P-1>');
  assert.equal(said('with', 'support', 'product'), ' moved it to <Product and development>');
  assert.equal(said('with', 'product', null), ' moved it back from <Product and development>');
  assert.equal(said('duplicate_of', null, 4), ' set duplicate of to <#4>');
  assert.equal(said('priority', 'normal', 'high'), ' changed priority from <normal> to <high>');
  assert.equal(said('tags', ['a'], ['b', 'c']), ' added <b, c> to tags and removed <a> from tags');
  assert.match(said('snoozed_until', null, new Date().toISOString()), /^ set the snooze to <\d/u);
});

test('an assignment is told as such', () => {
  const [bo, cy] = [
    { id: 'u', name: 'Bo' },
    { id: 'w', name: 'Cy' },
  ];
  assert.equal(said('assignee', null, bo), ' assigned it to <Bo>');
  assert.equal(said('assignee', bo, cy), ' assigned it to <Cy> instead of <Bo>');
  assert.equal(said('assignee', bo, null), ' unassigned <Bo>');
});

test('a customer whose chat becomes a ticket has created it, and assigned it to nobody', () => {
  const by = { kind: 'customer', id: 'v', name: 'Gustavo' };
  const line = (/** @type {string} */ field, /** @type {object} */ who) =>
    changedBy({ at: '', by: who, field, from: null, to: 'x' });
  assert.deepEqual([line('status', by), line('assignee', by)], ['Gustavo', 'The system']);
  assert.equal(line('assignee', { kind: 'staff', id: 'u', name: 'Bo' }), 'Bo');
});

test('a ticket that leaves support by its status has no line of its own', () => {
  const [left, back, product] = [
    { field: 'with', from: 'support', to: null },
    { field: 'with', from: null, to: 'support' },
    { field: 'with', from: 'product', to: null },
  ].map((change) => ({ at: '', by: null, ...change }));
  assert.deepEqual(toldOf([left, back, product]), [product]);
});

test('who was added to CC and who was removed is said, and nobody who stayed', () => {
  const [bo, cy] = [{ email: 'bo@x.example' }, { email: 'cy@x.example' }];
  assert.equal(said('participants', [bo], [bo, cy]), ' added <cy@x.example> to CC');
  assert.equal(said('participants', [bo], [cy]), ' added <cy@x.example> to CC and removed <bo@x.example> from CC');
});

test('a change without a person is the system’s', () => {
  assert.deepEqual(
    [whoOf({ name: 'Bo' }), whoOf('timer'), whoOf(null), whoOf(undefined)],
    ['Bo', 'timer', 'The system', 'The system'],
  );
});
