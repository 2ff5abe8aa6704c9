import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { AfterClose, RECENT_MAX, UNDO_MS } = await import('../../../widgets/console/static/after-close.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

/** @param {...string} authors of a line each; customers have no id */
const history = (...authors) => authors.map((id) => ({ by: id ? { kind: 'staff', id } : { kind: 'customer' } }));

/** @param {object} [ticket] as the desk has it */
function finishing(ticket = { status: 'solved', version: 1, history: history('other', 'me') }) {
  const calls = /** @type {unknown[][]} */ ([]);
  const told = { now: 1_000, refusal: /** @type {InstanceType<typeof Refused>|null} */ (null), times: Infinity };
  const kept = new Map();
  const storage = { getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: kept.set.bind(kept) };
  const open = () =>
    new AfterClose({
      ask: async (method, path, options) => {
        calls.push([method, path, options]);
        if (method === 'PATCH' && told.refusal && told.times-- > 0) throw told.refusal;
        return { data: ticket, etag: '"7"' };
      },
      now: () => told.now,
      changed: () => {},
      me: 'me',
      storage,
    });
  return { after: open(), again: open, calls, told, storage };
}
const CLOSED = { chat: 'c', name: 'Gustavo', ticket: 16, status: 'solved', words: 'Solved' };

test('the line says what became of the chat, and goes after a while', () => {
  const { after, told } = finishing();
  after.closed(CLOSED);
  assert.deepEqual([after.line?.words, after.line?.undo], ['Closed as Solved, #16.', true]);
  told.now += UNDO_MS;
  after.pass();
  assert.equal(after.line, null);
});

test('a ticket that was left open, or handed over, has nothing to take back', () => {
  const { after } = finishing();
  after.closed({ ...CLOSED, status: 'open', words: 'Open' });
  assert.deepEqual([after.line?.words, after.line?.undo], ['Closed, #16 stays open.', false]);
  after.closed({ ...CLOSED, final: true });
  assert.equal(after.line?.undo, false);
});

test('undo opens the ticket again at the version that was read, and it needs a code', async () => {
  const { after, calls } = finishing();
  after.closed(CLOSED);
  assert.equal(await after.undo(), 'c');
  assert.deepEqual(calls[1], [
    'PATCH',
    '/api/tickets/16',
    { body: { status: 'open', needs_code: true }, headers: { 'If-Match': '"7"' } },
  ]);
  assert.equal(after.line?.words, '#16 is open again and needs a code. The chat stays closed.');
  assert.deepEqual([after.recent[0].words, after.statusOf('c'), after.statusOf('d')], ['Open · #16', 'open', null]);
  assert.equal(await after.undo(), null);
});

for (const [what, ticket] of /** @type {Array<[string, object]>} */ ([
  ['another status', { status: 'awaiting_reply', version: 2, history: history('me') }],
  ['another code by a colleague', { status: 'solved', version: 2, history: history('me', 'other') }],
  ['no change by this agent', { status: 'solved', version: 1, history: [] }],
]))
  test(`undo leaves alone what somebody else has changed: ${what}`, async () => {
    const { after, calls } = finishing(ticket);
    after.closed(CLOSED);
    assert.equal(await after.undo(), null);
    assert.equal(calls.length, 1);
    assert.match(after.line?.words ?? '', /changed meanwhile/u);
  });

test('undo is not stopped by what the customer changed', async () => {
  const { after } = finishing({ status: 'solved', version: 2, history: history('me', '') });
  after.closed(CLOSED);
  assert.equal(await after.undo(), 'c');
});

test('undo is tried once more if the customer rated the chat meanwhile', async () => {
  const { after, calls, told } = finishing();
  Object.assign(told, { refusal: new Refused(412, {}), times: 1 });
  after.closed(CLOSED);
  assert.equal(await after.undo(), 'c');
  assert.deepEqual(
    calls.map(([method]) => method),
    ['GET', 'PATCH', 'GET', 'PATCH'],
  );
});

test('undo that is refused says why', async () => {
  const { after, told } = finishing();
  for (const [status, words] of /** @type {Array<[number, RegExp]>} */ ([
    [412, /changed meanwhile/u],
    [409, /closed for good/u],
  ])) {
    after.closed(CLOSED);
    told.refusal = new Refused(status, { detail: 'It is closed for good.' });
    assert.equal(await after.undo(), null);
    assert.match(after.line?.words ?? '', words);
  }
});

test('the recent chats survive a reload, each once, the newest first', () => {
  const { after, again, storage } = finishing();
  for (let at = 0; at < RECENT_MAX + 2; at += 1) after.closed({ ...CLOSED, chat: `c${at}`, ticket: at });
  after.transferred({ chat: 'c3', name: 'Omar', words: 'To Finance' });
  const { recent } = again();
  assert.deepEqual(
    [recent.length, recent[0].words, recent.filter(({ chat }) => chat === 'c3').length],
    [5, 'To Finance', 1],
  );
  storage.setItem('switchboard.recent.me', 'broken');
  assert.deepEqual(again().recent, []);
});
