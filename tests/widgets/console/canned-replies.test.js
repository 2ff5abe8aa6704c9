import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';

const { CannedReplies } = await import('../../../widgets/console/static/canned-replies.js');
const { Refused } = await import('../../../widgets/shared/static/http.js');

const PLACE = { customer: 'Rajesh S', agent: 'Priya Raman', team: 'Media', ticket: null, locale: 'fr' };
const LIST = [
  { id: 'r1', shortcut: 'hello', name: 'Hello', texts: { en: 'Hi {{customer.first_name}}', fr: 'Bonjour' } },
  { id: 'r2', shortcut: 'hold', name: 'Hold', texts: { en: 'Ticket {{ticket.number}}, please hold', fr: null } },
].map((one) => ({ ...one, scope: /** @type {const} */ ('all'), team: null, uses: 0 }));

/** @param {{answer?: object|Error}} [given] */
function desk(given = {}) {
  /** @type {string[]} */
  const asked = [];
  const at = { now: 0 };
  const replies = new CannedReplies({
    ask: async (method, path) => {
      asked.push(`${method} ${path}`);
      if (given.answer instanceof Error) throw given.answer;
      return { data: { replies: LIST }, etag: null };
    },
    now: () => at.now,
    changed: () => {},
  });
  return { asked, at, replies };
}

test('the list opens at a slash, and closes behind the word', async () => {
  const { replies } = desk();
  await replies.read();
  replies.look('Hi /', 4, null);
  assert.deepEqual([replies.open, replies.marked?.id], [true, 'r1']);
  replies.look('Hi /ho', 6, null);
  assert.deepEqual([replies.open, replies.marked?.id], [true, 'r2']);
  replies.look('Hi /ho ', 7, null);
  assert.equal(replies.open, false);
});

test('a slash before words of no reply is only a slash', async () => {
  const { replies } = desk();
  await replies.read();
  replies.look('/nothing', 8, null);
  assert.deepEqual([replies.open, replies.marked], [false, null]);
});

test('what is found in texts alone has to be chosen', async () => {
  const { replies } = desk();
  await replies.read();
  replies.look('/please', 7, null);
  assert.deepEqual([replies.open, replies.marked], [true, null]);
  replies.step(1);
  assert.equal(replies.marked?.id, 'r2');
});

test('insert puts the text in the customer’s language in place of the slash, and counts the use', async () => {
  const { asked, replies } = desk();
  await replies.read();
  replies.look('A /hel B', 6, 'fr');
  assert.deepEqual(replies.insert(LIST[0], PLACE), { text: 'A Bonjour B', from: 9, to: 9, whole: true });
  assert.deepEqual(asked, ['GET /api/replies', 'POST /api/replies/r1/uses']);
  assert.equal(replies.open, false);
});

test('insert selects the first gap', async () => {
  const { replies } = desk();
  await replies.read();
  replies.look('/hold', 5, null);
  const { text, from, to, whole } = replies.insert(LIST[1], PLACE);
  assert.equal(text, 'Ticket {{ticket.number}}, please hold');
  assert.deepEqual([text.slice(from, to), whole], ['{{ticket.number}}', false]);
});

test('a list that the agent left stays closed at this slash only', async () => {
  const { replies } = desk();
  await replies.read();
  replies.look('/', 1, null);
  replies.leave();
  assert.equal(replies.open, false);
  replies.look('/h', 2, null);
  assert.equal(replies.open, false);
  replies.look('', 0, null);
  replies.look('/', 1, null);
  assert.equal(replies.open, true);
});

test('the list is read again once it is a minute old', async () => {
  const { asked, at, replies } = desk();
  await replies.read();
  await replies.read();
  assert.equal(asked.length, 1);
  at.now = 60_000;
  await replies.read();
  assert.equal(asked.length, 2);
});

test('a list that cannot be read says why, and is asked for again', async () => {
  const { asked, replies } = desk({ answer: new Refused(0, { detail: 'No connection.' }) });
  replies.look('/', 1, null);
  await new Promise((done) => setImmediate(done));
  assert.deepEqual([replies.open, replies.fault], [true, 'No connection.']);
  await replies.read();
  assert.equal(asked.length, 2);
});
