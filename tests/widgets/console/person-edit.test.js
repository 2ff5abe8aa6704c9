import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { PersonEdit, addressesIn, othersIn } = await import('../../../widgets/console/static/person-edit.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const ANA = { id: 'v1', name: 'Ana', email: 'ana@northlake.example', verified: false };
const PROVEN = { id: 'a1', name: 'Ana Ruiz', email: 'ana@northlake.example', verified: true };

/** An edit at a desk that answers each `METHOD path` with the next of its answers. @param {Record<string, object[]>} answers @param {object} given */
function editing(answers, given = {}) {
  /** @type {Array<[string, object|undefined]>} */
  const asked = [];
  const edit = new PersonEdit({
    who: ANA,
    changed: () => {},
    ask: async (method, path, { body } = {}) => {
      asked.push([`${method} ${path}`, body]);
      const answer = (answers[`${method} ${path}`] ?? []).shift() ?? {};
      if (answer instanceof Error) throw answer;
      return { data: answer, etag: null };
    },
    ...given,
  });
  return { edit, asked };
}

const PEOPLE = 'GET /api/people/v1';
const SAME = 'GET /api/tickets?email=ana%40northlake.example&limit=50';
/** @param {Array<{requester: object|null}>} tickets */
const found = (tickets) => [{ tickets }];
/** @param {object[]} merged */
const person = (merged = []) => ({ ...ANA, merged, merged_into: null });

test('addresses in texts newest first without the known one', () => {
  const texts = [
    'I am ana@northlake.example',
    'or Ana.Ruiz@nmg.example, please',
    'no @ here',
    'x@y.example z@y.example w@y.example',
  ];
  assert.deepEqual(addressesIn(texts, 'Ana@Northlake.example'), ['w@y.example', 'z@y.example', 'x@y.example']);
  assert.deepEqual(addressesIn(texts.slice(0, 2), 'ana@northlake.example'), ['ana.ruiz@nmg.example']);
  assert.deepEqual(addressesIn([], null), []);
});

test('others in tickets come once with their number', () => {
  const tickets = [ANA, PROVEN, PROVEN, null, { ...ANA, id: null }].map((requester) => ({ requester }));
  assert.deepEqual(othersIn(tickets, 'v1'), [
    { ...PROVEN, tickets: 2 },
    { ...ANA, id: 'mailto:ana@northlake.example', tickets: 1 },
  ]);
});

test('saved correction sends name and address trimmed and null for none', async () => {
  const { edit, asked } = editing({ 'PATCH /api/people/v1': [person()] });
  edit.fill({ name: ' Ana Ruiz ', email: '  ' });
  assert.equal(await edit.save(), true);
  assert.deepEqual(asked, [['PATCH /api/people/v1', { name: 'Ana Ruiz', email: null }]]);
});

test('requester without an id is corrected on the ticket', async () => {
  const { edit, asked } = editing({}, { who: { ...ANA, id: null }, ticket: 7 });
  await edit.save();
  assert.deepEqual(asked, [['PATCH /api/tickets/7', { requester: { name: 'Ana', email: 'ana@northlake.example' } }]]);
});

test('refused correction says why and keeps what was typed', async () => {
  const refused = new Refused(422, { code: 'invalid', detail: 'No.', fields: { requester: 'That is no address.' } });
  const { edit } = editing({ 'PATCH /api/people/v1': [refused] });
  edit.fill({ email: 'nowhere' });
  assert.equal(await edit.save(), false);
  assert.deepEqual([edit.wrong, edit.email, edit.busy], ['That is no address.', 'nowhere', false]);
  edit.fill({ email: 'ana@nmg.example' });
  assert.equal(edit.wrong, '');
});

test('confirmed customer stays when two are merged', async () => {
  const { edit, asked } = editing({
    [PEOPLE]: [person(), person()],
    [SAME]: [...found([{ requester: PROVEN }]), ...found([])],
  });
  await edit.load();
  const [other] = edit.others;
  edit.choose(other);
  assert.deepEqual(
    edit.pair?.map(({ id }) => id),
    ['a1', 'v1'],
  );
  assert.equal(await edit.merge(), true);
  assert.deepEqual(asked[2], ['POST /api/people/v1/merge', { into: 'a1' }]);
  assert.equal(edit.merging, null);
});

test('unconfirmed other is merged into the customer on the screen', async () => {
  const guest = { ...ANA, id: 'v2', name: 'Dani' };
  const { edit, asked } = editing({
    [PEOPLE]: [person(), person()],
    [SAME]: [...found([{ requester: guest }]), ...found([])],
  });
  await edit.load();
  edit.choose(edit.others[0]);
  await edit.merge();
  assert.deepEqual(asked[2], ['POST /api/people/v2/merge', { into: 'v1' }]);
});

test('merged entries are not offered again and can be undone', async () => {
  const guest = { ...ANA, id: 'v2', name: 'Dani' };
  const merged = [{ id: 'v2', name: 'Dani', email: null, at: '', undo_until: '' }];
  const { edit, asked } = editing({
    [PEOPLE]: [person(merged), person()],
    [SAME]: [...found([{ requester: guest }]), ...found([{ requester: guest }])],
  });
  await edit.load();
  assert.deepEqual(edit.others, []);
  assert.equal(await edit.undo('v2'), true);
  assert.deepEqual(asked[2], ['DELETE /api/people/v2/merge', undefined]);
  assert.deepEqual(
    edit.others.map(({ id }) => id),
    ['v2'],
  );
});

test('two confirmed customers are not offered for a merge', async () => {
  const { edit } = editing(
    { 'GET /api/people/a1': [person()], [SAME]: found([{ requester: { ...PROVEN, id: 'a2' } }]) },
    { who: PROVEN },
  );
  await edit.load();
  assert.deepEqual(edit.others, []);
  assert.equal(edit.locked, true);
});

test('beside an address that a letter confirmed, the typed name can be corrected', async () => {
  const { edit, asked } = editing(
    { 'PATCH /api/tickets/7': [{}] },
    { who: { ...PROVEN, id: null, name: 'Anna' }, ticket: 7 },
  );
  assert.deepEqual([edit.locked, edit.addressLocked], [false, true]);
  edit.fill({ name: 'Ana' });
  assert.equal(await edit.save(), true);
  assert.deepEqual(asked, [['PATCH /api/tickets/7', { requester: { name: 'Ana', email: 'ana@northlake.example' } }]]);
});

test('requester who is known only by an address is merged into an account', async () => {
  const mailed = { ...ANA, id: null, email: 'Ana@northlake.example', verified: true };
  const path = '/api/people/mailto%3Aana%40northlake.example';
  const same = 'GET /api/tickets?email=Ana%40northlake.example&limit=50';
  const { edit, asked } = editing(
    { [`GET ${path}`]: [person(), person()], [same]: [...found([{ requester: PROVEN }]), ...found([])] },
    { who: mailed, ticket: 7 },
  );
  await edit.load();
  edit.choose(edit.others[0]);
  assert.equal(await edit.merge(), true);
  assert.deepEqual(asked[2], [`POST ${path}/merge`, { into: 'a1' }]);
});
