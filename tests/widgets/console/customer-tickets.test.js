import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { CustomerTickets, SHOWN } = await import('../../../widgets/console/static/customer-tickets.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const ANA = { id: 'v1', name: 'Ana', email: 'ana@northlake.example', verified: false, client: 'Northlake' };

/** @param {number} number @param {string|null} requester */
const ticket = (number, requester) =>
  /** @type {any} */ ({ number, requester: { id: requester }, updated_at: new Date(number).toISOString() });

/** Tickets at a desk that answers by filter, and each `change` as a promise. */
function desk() {
  /** @type {Record<string, object[]>} */
  const answers = {};
  /** @type {string[]} */
  const requests = [];
  let changes = 0;
  /** @type {() => void} */
  let told = () => {};
  const it = {
    answers,
    requests,
    refusing: false,
    get changes() {
      return changes;
    },
    next: () => new Promise((resolve) => (told = () => resolve(undefined))),
    past: new CustomerTickets({
      ask: async (_method, path) => {
        requests.push(path);
        if (it.refusing) throw new Refused(503, { detail: 'Why.' });
        const [by] = new URL(path, 'http://desk.example').searchParams.keys();
        return { data: { tickets: answers[by] ?? [], next: null }, etag: null };
      },
      changed: () => {
        changes += 1;
        told();
      },
      newsMs: 0,
    }),
  };
  return it;
}

/** @param {ReturnType<typeof desk>} it */
const shown = ({ past }) => past.groups.map(({ by, tickets }) => [by, ...tickets.map(({ number }) => number)]);

test('each ticket is in the first group that it belongs to, and a group is never longer than its limit', async () => {
  const it = desk();
  it.answers.requester = [ticket(9, 'v1')];
  it.answers.email = [ticket(9, 'v1'), ticket(8, 'v2')];
  it.answers.client = [9, 8, 7, 6, 5, 4, 3, 2].map((number) => ticket(number, 'v3'));
  const read = it.next();
  it.past.show(ANA, 'chat', 'active');
  await read;
  assert.deepEqual(shown(it), [
    ['requester', 9],
    ['email', 8],
    ['client', 7, 6, 5, 4, 3],
  ]);
  assert.equal(SHOWN, 5);
  assert.equal(it.past.groups[1].href, '/tickets?view=all&email=ana%40northlake.example');
});

test('a ticket that names only an address is theirs once they have proven it', async () => {
  for (const verified of [true, false]) {
    const it = desk();
    it.answers.requester = [ticket(1, 'v1')];
    it.answers.email = [ticket(3, 'v2'), ticket(2, null)];
    const read = it.next();
    it.past.show({ ...ANA, verified }, 'chat', 'active');
    await read;
    assert.deepEqual(shown(it)[0], verified ? ['requester', 2, 1] : ['requester', 1]);
  }
});

test('the next chat of the same customer shows the ticket of the first', async () => {
  const it = desk();
  let read = it.next();
  it.past.show(ANA, 'first', 'active');
  await read;
  assert.deepEqual(shown(it), []);
  it.answers.requester = [ticket(1, 'v1')];
  read = it.next();
  it.past.show(ANA, 'first', 'active');
  it.past.show(ANA, 'second', 'active');
  await read;
  assert.deepEqual([shown(it), it.changes], [[['requester', 1]], 2]);
});

test('the end of the chat and news of tickets read them again', async () => {
  const it = desk();
  let read = it.next();
  it.past.show(ANA, 'chat', 'active');
  await read;
  read = it.next();
  it.past.show(ANA, 'chat', 'closed');
  await read;
  it.answers.requester = [ticket(1, 'v1')];
  read = it.next();
  it.past.heard();
  it.past.heard();
  await read;
  assert.deepEqual([shown(it), it.requests.length], [[['requester', 1]], 9]);
});

test('tickets of another customer are never shown, even if the desk refuses', async () => {
  const it = desk();
  it.answers.requester = [ticket(1, 'v1')];
  const read = it.next();
  it.past.show(ANA, 'chat', 'active');
  await read;
  it.refusing = true;
  it.past.show({ ...ANA, id: 'v2' }, 'other', 'active');
  assert.deepEqual(shown(it), []);
  await new Promise(setImmediate);
  assert.deepEqual([shown(it), it.changes], [[], 1]);
});
