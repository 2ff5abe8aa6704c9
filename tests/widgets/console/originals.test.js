import assert from 'node:assert/strict';
import test from 'node:test';
import '../support/served.js';
import { pluck } from '../support/pluck.js';

const { Refused } = await import('../../../widgets/shared/static/http.js');
const { Originals, ranked } = await import('../../../widgets/console/static/originals.js');

const EMAIL = 'ana@northlake.example';
const ticket = (/** @type {number} */ number, requester = 'other', email = 'x@other.example') =>
  /** @type {import('../../../widgets/shared/static/types.js').Ticket} */ (
    /** @type {unknown} */ ({
      number,
      subject: `Subject ${number}`,
      status: 'open',
      requester: { id: requester, name: 'X', email },
    })
  );

/** @param {object[]} tickets @param {object} [of] */
function searching(tickets, of) {
  const asked = /** @type {string[]} */ ([]);
  const told = { tickets, fails: false };
  const originals = new Originals({
    ask: async (_method, path) => {
      asked.push(path);
      if (told.fails) throw new Refused(0, { detail: 'No connection.' });
      return { data: { tickets: told.tickets }, etag: null };
    },
    of: { requester: 'v', email: null, number: 9, ...of },
    changed: () => {},
    pauseMs: 0,
  });
  return { originals, asked, told };
}

test('the exact number comes first, then the same requester, then the same address, and never the duplicate itself', () => {
  const found = ranked([ticket(3), ticket(5, 'w', EMAIL), ticket(4, 'v'), ticket(12), ticket(9, 'v')], {
    words: '12',
    requester: 'v',
    email: EMAIL,
    number: 9,
  });
  assert.deepEqual(pluck(found, 'number'), [12, 4, 5, 3]);
});

test('without words the requester’s own tickets are proposed', async () => {
  const { originals, asked } = searching([ticket(4, 'v')]);
  await originals.read();
  assert.match(asked[0], /^\/api\/tickets\?requester=v&/u);
  assert.equal(originals.take(), true);
  assert.equal(originals.chosen?.number, 4);
});

test('without words tickets with the requester’s address follow, each once', async () => {
  const { originals, asked } = searching([ticket(16, 'w', EMAIL), ticket(4, 'v', EMAIL)], { email: EMAIL });
  await originals.read();
  assert.deepEqual(
    asked.map((path) => path.split('&')[0]),
    ['/api/tickets?requester=v', '/api/tickets?email=ana%40northlake.example'],
  );
  assert.deepEqual(pluck(originals.found, 'number'), [4, 16]);
});

test('a number may be written with its sign', async () => {
  const { originals, asked } = searching([ticket(12)]);
  originals.query = ' #12';
  await originals.read();
  assert.match(asked[0], /q=12&/u);
});

test('a new search forgets what was chosen, and says when nothing is found', async () => {
  const { originals, told } = searching([ticket(4)]);
  await originals.read();
  originals.take();
  told.tickets = [];
  originals.seek('nothing');
  assert.equal(originals.chosen, null);
  await originals.read();
  assert.deepEqual([originals.none, originals.take()], [true, false]);
});

test('a search that fails says why', async () => {
  const { originals, told } = searching([]);
  told.fails = true;
  await originals.read();
  assert.deepEqual([originals.wrong, originals.none], ['No connection.', false]);
});

test('arrows move the mark around the list', async () => {
  const { originals } = searching([ticket(1), ticket(2)]);
  await originals.read();
  originals.move(-1);
  assert.equal(originals.marked, 1);
  originals.move(1);
  assert.equal(originals.marked, 0);
});

test('Enter before the answer waits for it, and takes nothing that was found for other words', async () => {
  const { originals, told } = searching([ticket(4, 'v')]);
  await originals.read();
  const taken = /** @type {Array<number|undefined>} */ ([]);
  const take = () => {
    originals.take();
    taken.push(originals.chosen?.number);
  };
  originals.seek('12');
  assert.equal(originals.looking, true);
  originals.whenFound(take);
  told.tickets = [ticket(12)];
  await originals.read();
  assert.deepEqual([taken, originals.looking], [[12], false]);
  originals.seek('13');
  originals.whenFound(take);
  originals.seek('14');
  await originals.read();
  assert.deepEqual(taken, [12], 'something else was typed');
  told.tickets = [];
  originals.seek('15');
  originals.whenFound(take);
  await originals.read();
  assert.deepEqual(taken, [12], 'nothing was found');
  originals.seek(' ');
  assert.equal(originals.looking, false);
});
